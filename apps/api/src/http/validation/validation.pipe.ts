import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { DomainError, type FieldViolation } from '#domain/kernel';

/** A body can name thousands of unknown fields; nobody reads past these. */
const MAX_VIOLATIONS = 20;
const MAX_FIELD_LENGTH = 100;

/** Input reaches a controller only as an instance of its DTO with every field checked and no other. */
export const inputValidation = (): ValidationPipe =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    // The first rule of a field is its type or length; patterns never see what those refused.
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) =>
      new DomainError('invalid', 'validation-failed', 'Some fields of the request are not valid', {
        violations: violationsOf(errors, '').slice(0, MAX_VIOLATIONS),
      }),
  });

function violationsOf(errors: readonly ValidationError[], prefix: string): FieldViolation[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const field = `${prefix}${property}`;
    const own = Object.entries(constraints).map(([rule, message]) => ({
      field: field.slice(0, MAX_FIELD_LENGTH),
      message: rule === 'whitelistValidation' ? 'is not a field of this request' : message,
    }));
    return [...own, ...violationsOf(children, `${field}.`)];
  });
}
