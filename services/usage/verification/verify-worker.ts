import { workerData } from "node:worker_threads";
import { ownBytes, serveJobs } from "../../base/serve-jobs.ts";
import { shownParts } from "../../document/ofd/shown-parts.ts";
import { openSignedOfd } from "../../document/ofd/verify-ofd.ts";
import type { SignerFiles } from "../../domain/authority-files.ts";
import { instantOf } from "../../domain/instant.ts";
import { giveBackMemory } from "../../host/give-back.ts";
import type { StatusSource } from "../../statement/status-source.ts";
import { readSignedRegister, registerOf } from "../../trust/issuer-register.ts";
import type { RegisterContent } from "../../trust/register-content.ts";
import { openSigners } from "../../trust/signers.ts";
import type { IssuerRegister } from "../../trust/verification/sources.ts";
import { verifyDocument } from "../../trust/verification/verify-document.ts";
import type { Known, Question, SharedRegister, Verified, VerifyAnswer, VerifyJob } from "./verify-protocol.ts";

/*
 * Entry of a verifying thread. A question about the certificate ends the job, so that no thread waits for an archive: the
 * document comes again with the answer. The engine gives the same to the same, and asks one question at most.
 */

/** Carries a question out of the engine, which lets errors of its sources pass. */
class Asked extends Error {
  readonly question: Question;

  constructor(question: Question) {
    super("the certificate's state is wanted");
    this.question = question;
  }
}

let now = new Date();
// A damaged file is told by the serving thread, which watches the same files.
const signers = openSigners(
  workerData as SignerFiles,
  () => now,
  () => {},
);

// The last documents would lie here until the next ones come.
giveBackMemory();
serveJobs<VerifyJob, VerifyAnswer>(verify, (answer) =>
  "question" in answer ? [answer.document.buffer as ArrayBuffer] : [],
);

async function verify({ document, at, known, messageWanted, ...companions }: VerifyJob): Promise<VerifyAnswer> {
  now = at;
  let held: Verified["message"];
  const onMessage = (message: Verified["message"]) => {
    held = message;
  };
  try {
    const authorised = known?.register && registerFrom(known.register);
    const options = { ...signers.current(), ...companions, at, status: statusFrom(known), openOfd: openSignedOfd };
    const report = await verifyDocument(document, {
      ...options,
      ...(authorised && { authorised }),
      ...(messageWanted && { onMessage }),
    });
    if (!held) return { report };
    return { report, message: held, ...(report.kind === "ofd" && { shown: shownParts(document) }) };
  } catch (error) {
    if (error instanceof Asked) return { question: error.question, document: ownBytes(document) };
    throw error;
  }
}

let last: { builtAt: string; content: RegisterContent } | undefined;

/** Read once for all documents: it may hold every department of the province. */
function registerFrom({ builtAt, asOf, bytes }: SharedRegister): IssuerRegister {
  if (last?.builtAt !== builtAt) last = { builtAt, content: readSignedRegister(bytes, () => true) };
  return registerOf(last.content, new Date(instantOf(asOf)));
}

function statusFrom(known: Known | undefined): StatusSource {
  return {
    async statusOf(identifier, about) {
      if (known?.identifier !== identifier) throw new Asked({ identifier, ...about });
      return known.status;
    },
  };
}
