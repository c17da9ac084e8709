/**
 * Evaluates Nest before a spec's own imports. Libraries that are still CommonJS `require` it, and Jest, unlike
 * Node, refuses that for an ES module that the same graph of imports is just loading.
 */
import '@nestjs/common';
import '@nestjs/core';
