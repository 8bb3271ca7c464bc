#!/usr/bin/env node
/** The `ecert` command, as npm installs it. */
process.argv.splice(2, 0, "ecert");
await import("../launch.mjs");
