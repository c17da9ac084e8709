import type { Gatehouse } from './gatehouse.js';

/** One operation of the served API description, as far as tests read it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'delete' | 'patch';
  readonly path: string;
  readonly isPublic: boolean;
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
  /** The fields of what it answers with when it succeeds, in any of the forms that this may have. */
  readonly answers: readonly string[];
  /** Null when it takes no body. */
  readonly body: {
    readonly fields: readonly string[];
    /** Whether there is a field that must be given. */
    readonly demands: boolean;
  } | null;
}

interface Reference {
  readonly $ref: string;
}

interface Described {
  readonly security: readonly object[];
  readonly responses: Operation['responses'];
  readonly requestBody?: {
    readonly content: {
      readonly 'application/json': { readonly schema: Reference | { oneOf: Reference[] } };
    };
  };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties: object; readonly required?: string[] }>>;
  };
}

/** Every operation that the service describes, so that a new one joins the tests by being there. */
export async function operationsOf(gatehouse: Gatehouse): Promise<readonly Operation[]> {
  const { paths, components } = (await gatehouse.request().get('/openapi.json').expect(200)).body as Document;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { security, responses, requestBody }]) => {
      const described = requestBody?.content['application/json'].schema;
      // Of several forms the first: each is refused what is the other's.
      const reference = described && ('oneOf' in described ? described.oneOf[0]! : described).$ref;
      const schema = reference && components.schemas[reference.split('/').at(-1) ?? ''];
      return {
        method: method as Operation['method'],
        path,
        isPublic: security.length === 0,
        responses,
        answers: Object.entries(responses)
          .filter(([status]) => status.startsWith('2'))
          .flatMap(([, response]) => [...JSON.stringify(response).matchAll(/schemas\/(\w+)"/g)])
          .flatMap(([, name]) => Object.keys(components.schemas[name!]?.properties ?? {})),
        body: schema ? { fields: Object.keys(schema.properties), demands: 'required' in schema } : null,
      };
    }),
  );
}

/** The path with an id that nothing has in the place of each parameter. */
export const concretePath = (path: string): string =>
  path.replaceAll(/\{[^}]+\}|:\w+/g, '00000000-0000-4000-8000-000000000000');
