import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PUBLIC = Symbol('public');
/** Read and removed when the API description is put together. */
export const PUBLIC_EXTENSION = 'x-public';

/** Opens a route, or all routes of a controller, to requests without an access token. Without it, none are. */
export const Public = (): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(PUBLIC, true), ApiExtension(PUBLIC_EXTENSION, true));
