export * from './open-geo-reader.js';
