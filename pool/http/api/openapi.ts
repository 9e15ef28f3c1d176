/**
 * The API as an OpenAPI 3.1 document. docs/openapi.json is this.
 * @module
 */
import { z } from 'zod';
import { ALL_ROUTES } from './all-routes.js';
import type { ApiRoute } from './api-routes.js';
import { errorSchema, healthSchema, readinessSchema, SHARED_SCHEMAS } from './api-schemas.js';
import { settingsRequestSchema } from './settings-request.js';

type Json = Readonly<Record<string, unknown>>;

/** The document. It is the same for every pool. */
export function openApiDocument(): Json {
  const registry = z.registry<{ id: string }>();
  for (const { name, answer } of ALL_ROUTES) registry.add(answer, { id: name });
  for (const [id, schema] of Object.entries(SHARED_SCHEMAS)) registry.add(schema, { id });
  registry.add(settingsRequestSchema, { id: 'SettingsRequest' });
  registry.add(errorSchema, { id: 'Error' });
  registry.add(healthSchema, { id: 'Health' });
  registry.add(readinessSchema, { id: 'Readiness' });
  const { schemas } = z.toJSONSchema(registry, { uri: reference }) as { schemas: Record<string, Json> };
  return {
    openapi: '3.1.0',
    info: {
      title: 'lesswork pool',
      version: '1',
      description:
        'Statistics of an Alephium mining pool. Paths and names are those of Miningcore where it has them. All times are UTC.',
    },
    paths: Object.fromEntries([
      ...ALL_ROUTES.map((route) => [
        route.path.replaceAll(/:(\w+)/g, '{$1}'),
        { get: operation(route), ...(route.name === 'MinerSettings' && { put: settingsOperation(route) }) },
      ]),
      ['/health', { get: probe('Whether the process lives.', 'Health', {}) }],
      ['/ready', { get: probe('Whether miners can mine here.', 'Readiness', { 503: answer('Readiness') }) }],
    ]),
    components: {
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
      ),
    },
  };
}

function operation({ path, name, summary, query }: ApiRoute): Json {
  const { properties = {} } = z.toJSONSchema(query, { io: 'input' });
  return {
    summary,
    operationId: `get${name}`,
    parameters: [
      ...[...path.matchAll(/:(\w+)/g)].map(([, parameter]) => ({
        name: parameter,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      ...Object.entries(properties).map(([parameter, schema]) => {
        const { description, ...rest } = schema as Json;
        return { name: parameter, in: 'query', description, schema: rest };
      }),
    ],
    responses: {
      200: answer(name),
      400: answer('Error'),
      404: answer('Error'),
      429: answer('Error'),
      503: answer('Error'),
    },
  };
}

/** The one request that writes. */
function settingsOperation(route: ApiRoute): Json {
  const { responses, ...said } = operation(route);
  const refusals = { 403: answer('Error'), 409: answer('Error') };
  return {
    ...said,
    summary: 'Sets it, signed by the key of the address.',
    operationId: 'putMinerSettings',
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: reference('SettingsRequest') } } },
    },
    responses: { ...(responses as Json), ...refusals },
  };
}

function probe(summary: string, schema: string, others: Json): Json {
  return { summary, responses: { 200: answer(schema), ...others } };
}

function answer(schema: string): Json {
  return {
    description: schema === 'Error' ? 'Why not.' : 'What was asked for.',
    content: { 'application/json': { schema: { $ref: reference(schema) } } },
  };
}

function reference(name: string): string {
  return `#/components/schemas/${name}`;
}
