import { NavLink, Route, Routes } from "react-router";
import { SetAsideService } from "../../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { ExtensionService } from "../../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import { AgentRollService } from "../../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import { LinkService } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { NoPage } from "../shell/placeholders.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { AgentList } from "./agent-list.tsx";
import { DeliveryList } from "./delivery-list.tsx";
import { DeviceList } from "./device-list.tsx";
import { LinkList } from "./link-list.tsx";
import { Overview } from "./overview.tsx";
import { RecoveryPage } from "./recovery-page.tsx";
import { SetAsideList } from "./set-aside-list.tsx";
import "./watch.css";
import { WATCH } from "./watch-texts.ts";

/** The pages, each with the call that it lives by. */
const PARTS = [
  { path: "agents", name: "agents", needs: AgentRollService.method.listAgents, Part: AgentList },
  { path: "devices", name: "devices", needs: AgentRollService.method.listAgents, Part: DeviceList },
  { path: "links", name: "links", needs: LinkService.method.getLinks, Part: LinkList },
  { path: "set-aside", name: "setAside", needs: SetAsideService.method.listSetAside, Part: SetAsideList },
  { path: "deliveries", name: "deliveries", needs: ExtensionService.method.listDeliveries, Part: DeliveryList },
  { path: "recovery", name: "recovery", needs: StandingService.method.getStanding, Part: RecoveryPage },
] as const;

/** Operations (运维, 5.7.2, 6.2.1.2): how the node stands, what needs care, and what can be done about it from here. */
export function WatchPages() {
  const texts = useTexts(WATCH);
  const { roles } = useWho();
  const parts = PARTS.filter(({ needs }) => mayCall(roles, needs));
  return (
    <>
      <nav className="parts" aria-label={texts.parts}>
        <NavLink to="/watch" end>
          {texts.overview}
        </NavLink>
        {parts.map(({ path, name }) => (
          <NavLink key={path} to={`/watch/${path}`}>
            {texts[name]}
          </NavLink>
        ))}
      </nav>
      <Routes>
        <Route index element={<Overview />} />
        {parts.map(({ path, Part }) => (
          <Route key={path} path={path} element={<Part />} />
        ))}
        <Route path="*" element={<NoPage />} />
      </Routes>
    </>
  );
}
