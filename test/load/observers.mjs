import { createServer } from 'node:http';
import { createGunzip } from 'node:zlib';
import { freePort } from './processes.mjs';

const PRODUCT = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };

/** Takes whatever is sent and says what an Elasticsearch or a collector says when all went well, as cheaply as can be. */
const answer = (path, body) => {
  if (!path.startsWith('/_bulk')) return '{}';
  const ids = body.matchAll(/"create":\{[^}]*"_id":"([^"]+)"/g);
  return `{"errors":false,"items":[${Array.from(ids, ([, id]) => `{"create":{"_id":"${id}","status":201}}`)}]}`;
};

/**
 * Everything that can watch, at once: an Elasticsearch, an OpenTelemetry collector and a Prometheus that scrapes once a
 * second. They share the cores with what they watch, so the cost measured is more than a deployment's.
 */
export async function startObservers() {
  const received = { documents: 0, spans: 0, scrapes: 0 };
  const server = createServer((request, response) => {
    const chunks = [];
    const source = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
    source.on('data', (chunk) => chunks.push(chunk));
    source.on('end', () => {
      const text = answer(request.url, Buffer.concat(chunks).toString('latin1'));
      if (request.url.startsWith('/_bulk')) received.documents += text.split('"_id"').length - 1;
      if (request.url.startsWith('/v1/traces')) received.spans++;
      response.writeHead(200, PRODUCT).end(text);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const metricsPort = await freePort();
  const scraping = setInterval(() => {
    fetch(`http://127.0.0.1:${metricsPort}/metrics`)
      .then((scraped) => scraped.text())
      .then(() => received.scrapes++)
      .catch(() => undefined);
  }, 1_000);
  return {
    received,
    env: { ELASTICSEARCH_URL: url, OTEL_EXPORTER_OTLP_ENDPOINT: url, METRICS_PORT: String(metricsPort) },
    stop: () => {
      clearInterval(scraping);
      server.closeAllConnections();
      server.close();
    },
  };
}
