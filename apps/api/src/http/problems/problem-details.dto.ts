import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'FieldProblem' })
export class FieldProblemDto {
  @ApiProperty({ description: 'Path of the field in the request.', example: 'identifier' })
  readonly field!: string;

  @ApiProperty({ example: 'identifier must be at most 320 characters long' })
  readonly message!: string;
}

/** RFC 9457. Written by `problemDocument`; here for the API description. */
@ApiSchema({ name: 'Problem', description: 'A problem document (RFC 9457).' })
export class ProblemDto {
  @ApiProperty({ format: 'uri', example: 'urn:gatehouse:problem:otp-invalid' })
  readonly type!: string;

  @ApiProperty({ example: 'Unauthorized' })
  readonly title!: string;

  @ApiProperty({ type: 'integer', example: 401 })
  readonly status!: number;

  @ApiProperty({ description: 'For people; may change.', example: 'The code is not valid' })
  readonly detail!: string;

  @ApiProperty({ description: 'For programs; stable.', example: 'otp-invalid' })
  readonly code!: string;

  @ApiProperty({
    description: 'The same as in the `X-Request-Id` header.',
    example: '0198f3a6-4b7c-7d1e-9f00-2a4b6c8d0e1f',
  })
  readonly requestId!: string;

  @ApiProperty({
    type: () => [FieldProblemDto],
    required: false,
    description: 'Each field that was refused.',
  })
  readonly errors?: readonly FieldProblemDto[];
}
