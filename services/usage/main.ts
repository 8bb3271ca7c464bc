import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { HolderService } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { createLongTermDesk } from "../document/pdf/long-term-desk.ts";
import { Refusal } from "../domain/refusal.ts";
import { createRecordJudge } from "../judgement/record-judge.ts";
import { openRegisterSource } from "../judgement/register-source.ts";
import type { ServiceModule } from "../runtime/runtime.ts";
import { mount } from "../runtime/service.ts";
import { openSigners } from "../trust/signers.ts";
import { openCodes } from "./code-record.ts";
import type { UsageDependencies } from "./context.ts";
import { startExpiry } from "./expiry.ts";
import { openHolderUses } from "./holder-uses.ts";
import { openUsageQuota } from "./quota.ts";
import { createUsageContext } from "./routes/create-usage-context.ts";
import { extractData } from "./routes/extract-data.ts";
import { fetchFile } from "./routes/fetch-file.ts";
import { getAppUse } from "./routes/get-app-use.ts";
import { listCertificates } from "./routes/list-certificates.ts";
import { listUses } from "./routes/list-uses.ts";
import { verifyCertificate } from "./routes/verify-certificate.ts";
import { verifyDocument } from "./routes/verify-document.ts";
import { createVerifier } from "./verification/verifier.ts";

/** The usage service: certificates used on-line by purpose (4.5, 5.4.3); at the province also as stand-by for cities. */
export const usageService: ServiceModule = {
  name: "usage",
  async start(runtime) {
    const { signers, timeStamp } = runtime.config;
    if (!signers) throw new Refusal("INVALID_FIELD", "config: usage needs signers (whose signatures are trusted)");
    const trusted = openSigners(signers, runtime.now, (error) =>
      runtime.log.warn(
        { error: String(error) },
        "trusted signers could not be read again; the last ones stay in force",
      ),
    );
    const source = await openRegisterSource(runtime);
    const dependencies: UsageDependencies = {
      runtime,
      codes: await openCodes(runtime),
      uses: await openHolderUses(runtime),
      quota: await openUsageQuota(runtime),
      terms: runtime.client(TermsService, "catalog"),
      own: runtime.client(ArchiveService, "issue"),
      exchange: runtime.client(ExchangeService, "sync"),
      judge: createRecordJudge({ signers: trusted, source, now: runtime.now, revocation: "strict" }),
      longTerm: createLongTermDesk({ signers, now: runtime.now, ...(timeStamp && { timeStamp }) }),
    };
    const verifier = createVerifier(signers);
    const expiry = startExpiry(dependencies);
    return {
      services: [
        mount(UsageService, {
          createUsageContext: createUsageContext(dependencies),
          listCertificates: listCertificates(dependencies),
          verifyCertificate: verifyCertificate(dependencies),
          extractData: extractData(dependencies),
          fetchFile: fetchFile(dependencies),
          getAppUse: getAppUse(dependencies),
        }),
        mount(HolderService, { listUses: listUses(dependencies) }),
        mount(VerifyService, { verifyDocument: verifyDocument(dependencies, verifier, source) }),
      ],
      ready: () => runtime.store.check(),
      async stop() {
        await Promise.all([dependencies.longTerm.close(), verifier.close()]);
        await expiry;
        await dependencies.quota.close();
      },
    };
  },
};
