import { applyDecorators } from '@nestjs/common';
import { Permission, type OwnPermission } from '#domain/access';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { stateAccess } from './access-statement.js';

/** Opens a route to those whose roles grant the permission; everybody else gets 403. */
export const RequirePermission = (permission: OwnPermission): MethodDecorator =>
  applyDecorators(
    stateAccess(Permission.of(permission)),
    ApiProblem(403, `Needs the permission \`${permission}\``, 'permission-denied'),
  );
