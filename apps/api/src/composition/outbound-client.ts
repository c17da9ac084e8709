import type { OutboundHttp } from '#adapters/outbound-http';

/** For one destination that the settings name, loaded when there is one. */
export async function outboundClient(url: string): Promise<OutboundHttp['send']> {
  const { OutboundHttp } = await import('#adapters/outbound-http');
  const client = new OutboundHttp({ trusted: [url] });
  return (request) => client.send(request);
}
