/**
 * `npm run lockfile`, after changing dependencies: makes package-lock.json list every platform's binary packages.
 *
 * npm leaves out those that the registry in use did not have at that moment (a mirror lags, a platform's binary is
 * published late), and `npm ci` then refuses the file. The version and the platform are all it needs to know.
 */
import { writeFileSync } from 'node:fs';
import { inProject, readJson } from './lib/project.mjs';

const OS = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
};
const WINDOWS = { win32: 'win32', windows: 'win32' };
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** The platform as its packages' names spell it: `@swc/core-linux-arm-gnueabihf`, `lefthook-windows-x64`. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = words.map((word) => ({ ...OS, ...WINDOWS })[word]).find(Boolean);
  const cpu = words.find((word) => CPU.includes(word));
  return os && cpu && { cpu: [cpu], os: [os] };
}

const file = inProject('package-lock.json');
const lock = readJson(file);
const added = {};

for (const [path, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const places = [`node_modules/${name}`, path && `${path}/node_modules/${name}`];
    const platform = platformOf(name);
    if (!platform || !/^\d/.test(version) || places.some((place) => place in lock.packages)) continue;
    added[places[0]] = { version, ...platform, ...(dev && { dev }), optional: true };
  }
}

lock.packages = Object.fromEntries(
  Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${Object.keys(added).length} packages added`);
