import { Module } from '@nestjs/common';
import { IDENTIFIER_PARSER } from '#domain/identity';
import { TypedIdentifierParser } from './typed-identifier-parser.js';

@Module({
  providers: [{ provide: IDENTIFIER_PARSER, useClass: TypedIdentifierParser }],
  exports: [IDENTIFIER_PARSER],
})
export class IdentifiersModule {}
