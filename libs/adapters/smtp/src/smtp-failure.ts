import type { NodemailerError } from 'nodemailer';
import { DeliveryError } from '#domain/notification';

/** Codes under which nodemailer reports that the message itself, or its recipient, was refused. */
const ABOUT_THE_MESSAGE = new Set(['EENVELOPE', 'EMESSAGE']);

/**
 * What a failed attempt means. A server takes responsibility with its reply to the end of the data, and has
 * to discard what ends earlier (RFC 5321 4.1.1.4, 6.1): only without that reply is the outcome unknown.
 * nodemailer's own errors go no further, because they quote recipients.
 */
export function smtpFailure(error: unknown, dataEnded: boolean): DeliveryError {
  const { code = 'failed', responseCode, permanent } = error as Partial<NodemailerError>;
  const reason = `smtp-${responseCode ?? code}`;
  if (responseCode === undefined && dataEnded) return new DeliveryError('uncertain', reason);
  // A refused login or greeting is about us: someone can repair it before the queue gives up.
  const refused = ABOUT_THE_MESSAGE.has(code) && (permanent ?? responseCode === undefined);
  return new DeliveryError(refused ? 'permanent' : 'retry', reason);
}
