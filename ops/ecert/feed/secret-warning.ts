import type { JsonObject } from "@bufbuild/protobuf";
import { instantOf } from "../../../services/domain/instant.ts";
import { warningOf } from "../../../services/identity/apps/secret-ends.ts";

const DAY_MS = 86_400_000;

/** What is told of an app, as JSON, whose newest secret ends within 30 days, or has ended; nothing of one that needs none. */
export function secretWarning({ key, secrets, disabled, proof }: JsonObject, at: Date): string | undefined {
  const [newest] = secrets as { ends: string }[];
  const warning =
    newest === undefined || newest.ends === "" || disabled || proof ? undefined : warningOf(newest.ends, at);
  if (!newest || !warning) return undefined;
  const days = Math.ceil((instantOf(newest.ends) - at.getTime()) / DAY_MS);
  const [chinese, english] =
    warning === "ended"
      ? ["密钥已失效", "its secret has ended"]
      : [`密钥将在 ${days} 天内到期`, `its secret ends within ${days} days`];
  const remedy = `ecert app rotate-secret ${key} --secret-file FILE`;
  return `! ${key}：${chinese} · ${english} (${newest.ends}); ${remedy}`;
}
