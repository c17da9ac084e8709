import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { stateAccess } from './access-statement.js';

/** Read and removed when the API description is put together. */
export const PUBLIC_EXTENSION = 'x-public';

/** Opens a route, or all routes of a controller, to requests without an access token. Without it, none are. */
export const Public = (): MethodDecorator & ClassDecorator =>
  applyDecorators(stateAccess('public'), ApiExtension(PUBLIC_EXTENSION, true));
