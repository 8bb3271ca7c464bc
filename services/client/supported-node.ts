/** The oldest Node that the connector runs on. */
const LEAST = 22;

const { node } = process.versions;
if (Number(node.split(".")[0]) < LEAST) {
  const text =
    `ecert/client 需要 Node ${LEAST} 或更高版本，当前为 ${node}：请升级 Node · ` +
    `ecert/client needs Node ${LEAST} or later and runs on ${node}: install a newer Node`;
  // Without the places in the code: nobody who reads it can do anything there.
  throw Object.assign(new Error(text), { stack: text });
}
