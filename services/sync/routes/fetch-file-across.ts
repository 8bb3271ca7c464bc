import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { FetchFileAcrossRequest, UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { File } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { GrantedItem } from "../../domain/usage-grant.ts";
import { dataItemsOf } from "../../record/certificate-release.ts";
import { requireInForce } from "../../record/certificate-standing.ts";
import { releasableFile } from "../../record/file-release.ts";
import { archivedFile } from "../archive/archive-file.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { groundOf, partOf, witness } from "../exchange/ground.ts";
import { letOut, unknownHere } from "../exchange/let-out.ts";
import { requireProvince } from "../exchange/province.ts";
import { tellUse } from "../exchange/tell-use.ts";

type Asked = FetchFileAcrossRequest & { ground: UsageGround };

/** 5.7.4, 6.4.6.3: a file of another node's certificate, for filing, where the matter may fetch this form and may know what it holds. */
export function fetchFileAcross(context: SyncContext): Exchange["fetchFileAcross"] {
  const { runtime, own, ask, gather, grants } = context;

  async function forwarded(asked: Asked, call: CallContext) {
    const province = requireProvince(context);
    return (await ask.one(province, call, (exchange, options) => exchange.fetchFileAcross(asked, options))).file;
  }

  async function gathered(asked: Asked, call: CallContext) {
    const { identifier, format } = asked;
    const { items: granted, ground } = await grants.found(asked.ground, call);
    const groundFor = (node: string) => grants.granted(ground, granted, node);
    const { record } = await gather.one(
      identifier,
      call,
      async (exchange, options, node) =>
        (await exchange.getAcross({ identifier, format, ground: groundFor(node) }, options)).certificate,
      (found) => void letOut(found, ground, granted, { format }),
    );
    const item = requireReleasable(record, asked, granted);
    const file = await fileOf(record, asked, call, groundFor);
    const releasable = file && releasableFile(file, item, dataItemsOf(record));
    if (releasable) await told({ ...asked, ground }, record, call);
    return releasable;
  }

  async function fileOf(
    record: CertificateRecord,
    { identifier, format }: Asked,
    call: CallContext,
    groundFor: (node: string) => UsageGround,
  ) {
    if (record.node === runtime.config.node.code) return own.file(identifier, format, call);
    // A file never changes, so the archive's copy is as good as the issuer's.
    const copy = await archivedFile(runtime.store.blobs, record, format).catch(() => undefined);
    if (copy) return copy;
    const { file } = await ask.one(record.node, call, (exchange, options) =>
      exchange.fetchFileAcross({ identifier, format, ground: groundFor(record.node) }, options),
    );
    return file && recorded(record, file);
  }

  async function issued(asked: Asked, call: CallContext) {
    const { ground, identifier, format } = asked;
    const granted = grants.given(ground);
    const record = await own.get(identifier, call);
    if (!record) throw unknownHere(identifier);
    const item = requireReleasable(record, asked, granted);
    const file = await own.file(identifier, format, call);
    const releasable = file && releasableFile(file, item, dataItemsOf(record));
    if (releasable) await told(asked, record, call);
    return releasable;
  }

  async function told(
    { ground, identifier }: Asked,
    { itemCode }: CertificateRecord,
    call: CallContext,
  ): Promise<void> {
    await tellUse(runtime, call, ground, { action: "fetched", identifier, itemCodes: [itemCode] });
  }

  function requireReleasable(record: CertificateRecord, { ground, format }: Asked, granted: readonly GrantedItem[]) {
    const item = letOut(record, ground, granted, { format });
    requireInForce(record, shanghaiDay(runtime.now()));
    return item;
  }

  return async (request, call) => {
    const part = partOf(runtime, call);
    const asked = { ...request, ground: groundOf(call, part, request.ground) };
    const file = await { forward: forwarded, gather: gathered, own: issued }[part](asked, call);
    if (!file) throw unknownHere(request.identifier);
    const { identifier, format } = request;
    await witness(runtime, call, asked.ground, { part, identifiers: [identifier], format, sha256: file.sha256 });
    return { file };
  };
}

/** An issuer's file, if it is the one that its department signed for. */
function recorded(record: CertificateRecord, file: File): File {
  const sha256 = sha256Hex(file.content);
  if (record.files.some((one) => one.format === file.format && one.sha256 === sha256)) return { ...file, sha256 };
  const message = `node ${record.node} gives another file than that of ${record.identifier}`;
  throw new Refusal("SIGNATURE_INVALID", message, { metadata: { identifier: record.identifier } });
}
