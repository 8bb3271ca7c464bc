import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { createLongTermDesk } from "../document/pdf/long-term-desk.ts";
import { createCopyDesk } from "../document/pdf/use-copy-desk.ts";
import { Refusal } from "../domain/refusal.ts";
import { hourHistory } from "../event/hour-tally.ts";
import { createOutboxBell } from "../event/outbox.ts";
import type { HasPending } from "../event/pending-events.ts";
import { createRecordJudge } from "../judgement/record-judge.ts";
import { openRegisterSource } from "../judgement/register-source.ts";
import type { Runtime } from "../node/runtime.ts";
import { openSigners } from "../trust/signers.ts";
import { openCodes } from "./codes/code-record.ts";
import { createOperatorTokens } from "./codes/operator-tokens.ts";
import { openUsageQuota } from "./codes/quota.ts";
import { createUsageTerms } from "./codes/usage-terms.ts";
import type { UsageContext } from "./context.ts";
import { openErrorReports } from "./error-reports/report-record.ts";
import { openPresentations } from "./presentations/presentation-record.ts";
import { openHolderUses } from "./uses/holder-uses.ts";
import { openUseHours, USE_HOURS } from "./uses/use-hours.ts";
import { createDrawnFaces } from "./verification/drawn-faces.ts";
import { createHandedDocuments } from "./verification/handed-documents.ts";
import { createVerifier } from "./verification/verifier.ts";

/** Opens what the service works with. Throws `INVALID_FIELD` where the configuration does not say whose signatures are trusted. */
export async function openContext(runtime: Runtime): Promise<UsageContext> {
  const { signers, timeStamp } = runtime.config;
  if (!signers) throw new Refusal("INVALID_FIELD", "config: usage needs signers (whose signatures are trusted)");
  const trusted = openSigners(signers, runtime.now, (error) =>
    runtime.log.warn({ error: String(error) }, "trusted signers could not be read again; the last ones stay in force"),
  );
  const register = await openRegisterSource(runtime);
  const bell = createOutboxBell();
  return {
    runtime,
    codes: await openCodes(runtime),
    uses: await openHolderUses(runtime),
    presentations: await openPresentations(runtime),
    errorReports: await openErrorReports(runtime),
    quota: await openUsageQuota(runtime),
    tally: await openUseHours(runtime, bell),
    outbox: [{ source: USE_HOURS.name, collection: await runtime.store.collection<HasPending>(USE_HOURS) }],
    history: await hourHistory(USE_HOURS, EventKind.USES_COUNTED, runtime),
    bell,
    terms: createUsageTerms(runtime.client(TermsService, "catalog"), runtime),
    operatorTokens: createOperatorTokens({ now: runtime.now, clockSkewMs: runtime.config.clockSkewMs }),
    accounts: runtime.client(AccountService, "identity"),
    apps: runtime.client(AppService, "identity"),
    own: runtime.client(ArchiveService, "issue"),
    archive: runtime.client(ArchiveService, "sync"),
    exchange: runtime.client(ExchangeService, "sync"),
    published: runtime.client(StatusService, "sync"),
    judge: createRecordJudge({ signers: trusted, source: register, now: runtime.now, revocation: "strict" }),
    register,
    verifier: createVerifier(signers),
    handedDocuments: createHandedDocuments(runtime.now),
    drawnFaces: createDrawnFaces(runtime),
    copies: createCopyDesk(runtime.config.fonts),
    longTerm: createLongTermDesk({ signers, now: runtime.now, ...(timeStamp && { timeStamp }) }),
  };
}
