import { useQuery } from "@connectrpc/connect-query";
import { Fragment } from "react";
import { Link, useParams } from "react-router";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService, type GetDraftResponse } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { DepartmentName } from "../names/names.tsx";
import { mayCall } from "../shell/allowed.ts";
import { Reading } from "../shell/reading.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { Basics, DataItems } from "./content-view.tsx";
import { DraftActions } from "./draft-actions.tsx";
import { DraftDifferences, DraftFaces } from "./draft-differences.tsx";
import { NextStep, StepLine, TakenSteps } from "./draft-steps.tsx";
import { DRAFT } from "./draft-texts.ts";
import { Outdated } from "./outdated.tsx";
import { draftStateName, shownDraftState } from "./states.ts";

/** One draft: where it stands, whose step is next, what it changes, and all that was done with it. */
export function DraftPage() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery(DraftService.method.getDraft, { id }, { staleTime: 0 });
  return (
    <Reading of={data?.draft && data} error={error} again={refetch}>
      {(read) => <Shown read={read} changed={() => refetch()} />}
    </Reading>
  );
}

function Shown({ read, changed }: { read: GetDraftResponse; changed: () => unknown }) {
  const texts = useTexts(DRAFT);
  const { roles } = useWho();
  const { draft, newestVersion } = read;
  if (!draft?.content) return null;
  // What is chosen, compared and drawn belongs to a revision; who is about to take a step is not disturbed by another one that is read meanwhile.
  const revision = String(draft.revision);
  const { content, name, itemCode, baseVersion, departmentCode, division, state, steps, version } = draft;
  const stateName = draftStateName(state);
  const what = content.retired ? texts.retirement : baseVersion === 0 ? texts.new : texts.changeOf(baseVersion);
  return (
    <>
      <p>
        <Link to="/catalog/drafts">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>
          {name} <span className="quiet">{what}</span>
        </h1>
        <StateMark {...shownDraftState(state)} />
        <span className="quiet">
          <StepLine step={steps.at(-1)} />
        </span>
      </div>
      <p className="quiet">
        <span className="code">{itemCode}</span> · <DepartmentName code={departmentCode} />
        {version > 0 && (
          <>
            {" · "}
            <Link to={`/catalog/items/${encodeURIComponent(itemCode)}`}>{texts.becameVersion(version)}</Link>
          </>
        )}
      </p>
      {stateName && <NextStep state={stateName} division={division} />}
      <Outdated key={`outdated ${revision}`} draft={draft} newestVersion={newestVersion} changed={changed} />
      <DraftActions draft={draft} changed={changed} />
      <Fragment key={revision}>
        <DraftDifferences read={read} />
        {mayCall(roles, CatalogService.method.previewFace) && (
          <DraftFaces draft={draft} newestVersion={newestVersion} />
        )}
      </Fragment>
      <div className="beside">
        <DataItems content={content} />
        <Basics content={content} />
      </div>
      <TakenSteps steps={steps} />
    </>
  );
}
