import type { Gatehouse } from './gatehouse.js';

/** One operation of the served API description, as far as tests read it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'delete' | 'patch';
  readonly path: string;
  readonly isPublic: boolean;
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
  /** Null when it takes no body. */
  readonly body: {
    readonly fields: readonly string[];
    /** Whether there is a field that must be given. */
    readonly demands: boolean;
  } | null;
}

interface Described {
  readonly security: readonly object[];
  readonly responses: Operation['responses'];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: { readonly $ref: string } } };
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
      const reference = requestBody?.content['application/json'].schema.$ref;
      const schema = reference && components.schemas[reference.split('/').at(-1) ?? ''];
      return {
        method: method as Operation['method'],
        path,
        isPublic: security.length === 0,
        responses,
        body: schema ? { fields: Object.keys(schema.properties), demands: 'required' in schema } : null,
      };
    }),
  );
}

/** The path with an id that nothing has in the place of each parameter. */
export const concretePath = (path: string): string =>
  path.replaceAll(/\{[^}]+\}|:\w+/g, '00000000-0000-4000-8000-000000000000');
