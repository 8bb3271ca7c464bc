import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { GetAcrossRequest, UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { canonicalJson, sha256Hex } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { GrantedItem } from "../../domain/usage-grant.ts";
import { releasedOf } from "../../record/certificate-release.ts";
import { requireInForce } from "../../record/certificate-standing.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { groundOf, partOf, witness } from "../exchange/ground.ts";
import { letOut, unknownHere } from "../exchange/let-out.ts";
import { requireProvince } from "../exchange/province.ts";
import { actionOf, tellUse } from "../exchange/tell-use.ts";
import { dataAsOf } from "../link/data-as-of.ts";

type Asked = GetAcrossRequest & { ground: UsageGround };

/** 5.7.4, 5.9.6: one certificate with its state at the issuer, from the archive where the issuer is away, and the granted data items. */
export function getAcross(context: SyncContext): Exchange["getAcross"] {
  const { runtime, own, ask, gather, grants, judge } = context;

  async function forwarded(asked: Asked, call: CallContext) {
    return ask.one(requireProvince(context), call, (exchange, options) => exchange.getAcross(asked, options));
  }

  async function gathered(asked: Asked, call: CallContext) {
    const { identifier, fields, format } = asked;
    const { items: granted, ground } = await grants.found(asked.ground, call);
    const looked = await gather.one(
      identifier,
      call,
      async (exchange, options, node) => {
        const question = { identifier, fields, format, ground: grants.granted(ground, granted, node) };
        return (await exchange.getAcross(question, options)).certificate;
      },
      (record) => void letOut(record, ground, granted, { fields }),
    );
    const { record, fromArchive } = looked;
    const certificate = released(record, asked, granted);
    const archiveAsOf = fromArchive ? dataAsOf(context, record.node) : "";
    await told({ ...asked, ground }, record, call);
    return { certificate: { ...certificate, judgement: await judge(record) }, fromArchive, archiveAsOf };
  }

  async function issued(asked: Asked, call: CallContext) {
    const granted = grants.given(asked.ground);
    const record = await own.get(asked.identifier, call);
    if (!record) throw unknownHere(asked.identifier);
    const certificate = released(record, asked, granted);
    await told(asked, record, call);
    return { certificate, fromArchive: false, archiveAsOf: "" };
  }

  async function told(asked: Asked, { itemCode }: CertificateRecord, call: CallContext): Promise<void> {
    const { ground, identifier, fields } = asked;
    await tellUse(runtime, call, ground, { action: actionOf(asked), identifier, itemCodes: [itemCode], fields });
  }

  function released(record: CertificateRecord, { ground, fields }: Asked, granted: readonly GrantedItem[]) {
    const item = letOut(record, ground, granted, { fields });
    if (fields.length > 0) requireInForce(record, shanghaiDay(runtime.now()));
    return releasedOf(record, item, fields);
  }

  return async (request, call) => {
    const part = partOf(runtime, call);
    const asked = { ...request, ground: groundOf(call, part, request.ground) };
    const answerAs = { forward: forwarded, gather: gathered, own: issued }[part];
    const { certificate, fromArchive, archiveAsOf } = await answerAs(asked, call);
    const { messageSha256 = "", data } = certificate ?? {};
    await witness(runtime, call, asked.ground, {
      part,
      identifiers: [request.identifier],
      fields: request.fields,
      messageSha256,
      ...(data && { releasedSha256: sha256Hex(canonicalJson(data)) }),
    });
    return { ...(certificate && { certificate }), fromArchive, archiveAsOf };
  };
}
