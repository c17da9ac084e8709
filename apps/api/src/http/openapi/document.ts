import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, getSchemaPath, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { PUBLIC_EXTENSION } from '../access/public.decorator.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import { ProblemDto } from '../problems/problem-details.dto.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

/** In OpenAPI 3.1, where a type may be several. */
interface Schema {
  type?: string | string[];
  enum?: unknown[];
  additionalProperties?: boolean;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const BEARER = 'accessToken';
const COOKIE = 'accessCookie';
const CSRF = 'csrfToken';

/** The description of the API, generated from the controllers and completed with what holds for every route. */
export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('Gatehouse')
      .setDescription(
        'Sign-in, sessions and accounts. Failures are problem documents (RFC 9457) with a stable `code`. Every answer ' +
          'names its request in `X-Request-Id`; under `/api/`, `RateLimit-Limit`, `RateLimit-Remaining` and ' +
          '`RateLimit-Reset` say what is left where limits are on. Lists come in pages: `nextCursor` of one is `cursor` ' +
          'of the next, and null on the last.',
      )
      .addServer('/', 'This deployment')
      .setVersion('1')
      .setLicense('MIT', 'https://opensource.org/license/mit')
      .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, BEARER)
      .addSecurity(COOKIE, {
        type: 'apiKey',
        in: 'cookie',
        name: app.get(SessionCookies).nameOf('access'),
        description:
          'Set by a sign-in with `transport: cookie`. Not looked at beside an `Authorization` header.',
      })
      .addSecurity(CSRF, {
        type: 'apiKey',
        in: 'header',
        name: 'X-CSRF-Token',
        description:
          'What the sign-in or the last refresh answered as `csrfToken`; the same is in a readable cookie.',
      })
      .build(),
    {
      extraModels: [ProblemDto],
      operationIdFactory: (controller, method) => `${controller.replace('Controller', '')}_${method}`,
    },
  );
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of operationsOf(item)) complete(path, operation, operation !== item.get);
  }
  closeRequests(document);
  return document;
}

/** Validation takes no field that it does not know, and null for one that is left out. */
function closeRequests({ paths, components: { schemas = {} } = {} }: OpenAPIObject): void {
  const bodies = Object.values(paths).flatMap((item) =>
    operationsOf(item).map(({ requestBody }) => requestBody),
  );
  const names = JSON.stringify(bodies).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  for (const name of new Set([...names].map(([, found]) => found!))) {
    const schema = schemas[name] as Schema;
    schema.additionalProperties = false;
    for (const [field, property] of Object.entries(schema.properties ?? {})) {
      if (schema.required?.includes(field)) continue;
      property.type = [property.type ?? [], 'null'].flat();
      if (property.enum) property.enum.push(null);
    }
  }
}

const operationsOf = (item: PathItem): Operation[] =>
  [item.get, item.put, item.post, item.delete, item.patch].filter((operation) => operation !== undefined);

/** What no controller has to say, because it is true of all: who may call, and how HTTP itself refuses. */
function complete(
  path: string,
  operation: Operation & { [PUBLIC_EXTENSION]?: boolean },
  changesState: boolean,
): void {
  const isPublic = operation[PUBLIC_EXTENSION] === true;
  delete operation[PUBLIC_EXTENSION];
  const byCookie = { [COOKIE]: [], ...(changesState && { [CSRF]: [] }) };
  operation.security = isPublic ? [] : [{ [BEARER]: [] }, byCookie];
  const isLimited = path.startsWith('/api/');
  const common: Record<string, string | false> = {
    400: refusedInput(operation),
    401: !isPublic && 'No live session: `token-missing`, `invalid-token`, `session-ended`.',
    403: !isPublic && changesState && 'Forged: `csrf-token-invalid`, `cross-site-request`.',
    413: operation.requestBody !== undefined && 'Too large: `body-too-large`.',
    415: operation.requestBody !== undefined && 'Not JSON: `unsupported-media-type`.',
    429: isLimited && 'Too many: `rate-limited`, `address-blocked`.',
    503: isLimited && 'Try again after `Retry-After`: `database-unavailable`.',
  };
  for (const [status, description] of Object.entries(common)) {
    if (!description) continue;
    const own = operation.responses[status];
    if (!own) operation.responses[status] = { description, content: PROBLEM };
    else if (GUARDED.has(status) && 'description' in own) {
      operation.responses[status] = { ...own, description: `${own.description} ${description}` };
    }
  }
  for (const status of ['429', '503']) {
    const response = operation.responses[status];
    if (isLimited && response && 'description' in response) response.headers = RETRY_AFTER;
  }
  if (isLimited) operation.responses['default'] ??= { description: 'Anything else.', content: PROBLEM };
}

/** By what the operation takes: with nothing to get wrong there is nothing to refuse. */
function refusedInput({ requestBody, parameters = [] }: Operation): string | false {
  const isPaged = parameters.some((parameter) => 'name' in parameter && parameter.name === 'cursor');
  if (requestBody !== undefined) return 'Refused: `validation-failed`, `malformed-json`.';
  if (isPaged) return 'Refused: `validation-failed`, `invalid-cursor`.';
  return parameters.length > 0 && 'Refused: `validation-failed`.';
}

/** Where a route's own refusals come on top of those of the guard in front of it. */
const GUARDED: ReadonlySet<string> = new Set(['401', '403']);

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds after which to try again.', schema: { type: 'integer' } },
} as const;

const PROBLEM = { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } };
