/** What a `.cpuprofile` of V8 holds, as far as it is used here. Times are microseconds of the monotonic clock. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
  startTime: number;
  samples: number[];
  timeDeltas: number[];
}

/**
 * Stages of a certificate by the code that runs, first match first. The innermost frame of a sample that has a stage decides;
 * so the JSON and digests that a stage calls are its own.
 */
const STAGES: readonly [RegExp, string][] = [
  [/services\/document\//, "draw the faces (PDF, OFD)"],
  [/services\/trust\/origin|agent\/decide/, "verify the origin signature, decide by policy"],
  [/agent\/read-message/, "read the data message strictly"],
  [/agent\/device\//, "hand to the device, verify its signatures"],
  [/services\/trust\//, "build or verify signatures (CMS, paths)"],
  [/services\/runtime\/journal|hash-chain|services\/runtime\/evidence/, "journal and evidence chain"],
  [/services\/store\/sqlite\//, "store: SQLite, durable"],
  [/services\/store\//, "store: blobs, durable"],
  [/services\/sync\/|nats/, "replicate to the province"],
  [/agent\//, "agent: jobs and link"],
  [
    /services\/issue\/(make|intent|order|terms|item-rules|predecessor)|document\/data-schema|ajv/,
    "make: terms, checks, intent",
  ],
  [/services\/issue\/(agent-stream|signing|routes\/connect)/, "agent stream of the core"],
  [/services\/issue\//, "issue: the rest of the service"],
  [/services\/catalog\//, "catalog: terms"],
  [/protovalidate|field-rules/, "field rules"],
  [
    /call-chain|served-call|call-log|permission|tokens|metrics|prom-client|trace|clients|local-transport|jose/,
    "call chain: token, permission, log, metrics",
  ],
  [/@grpc|grpc-|node:internal\/http2|node:http2|tls_wrap|node:_tls|node:net|stream_base/, "gRPC, HTTP/2, TLS"],
  [/@bufbuild|proto\/gen/, "protobuf"],
];

const ENGINE: ReadonlyMap<string, string> = new Map([
  ["(garbage collector)", "engine: garbage collection"],
  ["(program)", "engine: native code"],
]);

/** Microseconds by stage of the samples between two times. Idle time is left out. */
export function timeByStage(profile: CpuProfile, from: number, to: number): Map<string, number> {
  const parents = new Map<number, number>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  for (const { id, children = [] } of profile.nodes) for (const child of children) parents.set(child, id);

  const known = new Map<number, string | undefined>();
  function stageOf(id: number): string | undefined {
    if (known.has(id)) return known.get(id);
    const frame = nodes.get(id)?.callFrame;
    const own = frame && (ENGINE.get(frame.functionName) ?? STAGES.find(([code]) => code.test(frame.url))?.[1]);
    const parent = parents.get(id);
    const stage = own ?? (parent === undefined ? undefined : stageOf(parent));
    known.set(id, stage);
    return stage;
  }

  const result = new Map<string, number>();
  let at = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    // A delta is the time before its sample; what passes until the next one is the sample's.
    at += profile.timeDeltas[index] ?? 0;
    const lasted = Math.max(0, profile.timeDeltas[index + 1] ?? 0);
    if (at < from || at > to || nodes.get(id)?.callFrame.functionName === "(idle)") continue;
    const stage = stageOf(id) ?? "engine: everything else";
    result.set(stage, (result.get(stage) ?? 0) + lasted);
  }
  return result;
}
