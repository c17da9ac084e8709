import { load } from './scenarios.mjs';

/** Administrators are few. */
const CONNECTIONS = 16;

/** What an administrator opens, on a database that `gatehouse seed --users 1000000` has filled. */
const REQUESTS = [
  '',
  '?limit=100',
  '?search=grace',
  '?search=grace.hopper.1',
  '?search=%2B49151',
  '?status=suspended',
  '?status=locked',
  '?role=moderator',
  '?createdFrom=2024-06-01T00:00:00Z&createdTo=2024-06-02T00:00:00Z',
];

/** Follows the cursor, so that pages from the middle of the list are among those asked for. */
async function deepPages(base, headers) {
  const pages = [];
  for (const search of ['', '&search=a']) {
    let cursor = null;
    for (let page = 0; page < 20; page++) {
      const path = `?limit=100${search}${cursor ? `&cursor=${cursor}` : ''}`;
      const response = await fetch(`${base}/api/v1/admin/users${path}`, { headers });
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      ({ nextCursor: cursor } = await response.json());
      pages.push(path);
    }
  }
  return pages.slice(-2);
}

/** `admin/users` in every way it is asked, with the access token of an administrator. */
export async function adminUsers(base, accessToken, seconds) {
  const headers = { authorization: `Bearer ${accessToken}` };
  const paths = [...REQUESTS, ...(await deepPages(base, headers))];
  return load('admin/users', {
    url: base,
    connections: CONNECTIONS,
    duration: seconds,
    requests: paths.map((path) => ({ path: `/api/v1/admin/users${path}`, headers })),
  });
}
