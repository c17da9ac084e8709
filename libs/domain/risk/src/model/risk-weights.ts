import { token } from '#domain/kernel';
import type { RiskReason } from './risk-reason.js';

/** What each reason at its strongest is worth by itself, from 0 (never asked) to 100. */
export type RiskWeights = Readonly<Record<RiskReason, number>>;

export const DEFAULT_RISK_WEIGHTS: RiskWeights = {
  'new-device': 20,
  'new-country': 25,
  'impossible-travel': 60,
  velocity: 25,
  'failed-attempts': 30,
  'listed-address': 40,
  'unusual-hour': 10,
};

export const RISK_WEIGHTS = token<RiskWeights>('RiskWeights');
