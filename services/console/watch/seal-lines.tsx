import type { ReactNode } from "react";
import type { AgentSeal } from "../../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import { DaysLeft } from "../people/days-left.tsx";
import { useTexts } from "../text/texts.ts";
import { AGENTS } from "./agent-texts.ts";

/** The seals behind an agent, a line each: what the list tells of one (`told`, in front of its code), and the days until its certificate ends. */
export function SealLines({ seals, told }: { seals: readonly AgentSeal[]; told?: (seal: AgentSeal) => ReactNode }) {
  const texts = useTexts(AGENTS);
  const now = new Date();
  return (
    <ul className="lines">
      {seals.map((one) => (
        <li key={one.seal}>
          {told?.(one)}
          <span className="code">{one.seal}</span>{" "}
          {one.notAfter === "" ? texts.unreadable : <DaysLeft ends={one.notAfter} now={now} />}
        </li>
      ))}
    </ul>
  );
}
