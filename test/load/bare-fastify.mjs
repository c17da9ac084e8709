/** The yardstick: what the HTTP framework alone does on this machine, answering a small JSON object. */
import { fastify } from 'fastify';

const server = fastify();
server.get('/', () => ({ ok: true }));
await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
console.log('ready');
