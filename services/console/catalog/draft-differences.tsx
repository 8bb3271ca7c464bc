import { useQuery } from "@connectrpc/connect-query";
import { Select } from "antd";
import { useState } from "react";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService, type GetDraftResponse } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { ContentDifference, ItemDraft } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { shownValue } from "./difference-value.ts";
import { DRAFT } from "./draft-texts.ts";
import { SampleFace } from "./sample-face.tsx";

const { compareDraft } = DraftService.method;

/** What a draft says otherwise than the version in force, or than another open draft of the item. */
export function DraftDifferences({ read }: { read: GetDraftResponse }) {
  const texts = useTexts(DRAFT);
  const { draft, newestVersion, others } = read;
  const against = Math.max(newestVersion, draft?.baseVersion ?? 0);
  const [chosen, setChosen] = useState(against > 0 ? "" : (others[0]?.id ?? ""));
  const other = others.find(({ id }) => id === chosen);
  const comparedWith = other
    ? { case: "otherId" as const, value: other.id }
    : { case: "version" as const, value: against };
  const enabled = other !== undefined || against > 0;
  const request = { id: draft?.id ?? "", comparedWith };
  const { data, error, refetch } = useQuery(compareDraft, request, { enabled, staleTime: 0 });
  if (!draft || !enabled) return null;
  const choices = [
    ...(against > 0 ? [{ value: "", label: texts.against(against) }] : []),
    ...others.map(({ id }) => ({ value: id, label: texts.againstDraft(id) })),
  ];
  return (
    <section className="panel">
      <div className="head">
        <h2>{texts.differences}</h2>
        {choices.length > 1 ? (
          <Select
            aria-label={texts.compareWith}
            value={chosen}
            onChange={setChosen}
            options={choices}
            popupMatchSelectWidth={false}
          />
        ) : (
          <span className="quiet">{choices[0]?.label}</span>
        )}
      </div>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      {!error && !data && <Waiting />}
      {data && <Differences differences={data.differences} more={data.moreDifferences} />}
    </section>
  );
}

function Differences({ differences, more }: { differences: readonly ContentDifference[]; more: number }) {
  const texts = useTexts(DRAFT);
  const kinds: Readonly<Record<string, string>> = {
    added: texts.added,
    removed: texts.removed,
    changed: texts.changed,
  };
  if (differences.length === 0) return <p className="quiet">{texts.noDifference}</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by the keyboard */}
      <section className="wide" tabIndex={0} aria-label={texts.differences}>
        <table className="items">
          <thead>
            <tr>
              {[texts.place, texts.kind, texts.before, texts.after].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {differences.map(({ pointer, label, kind, before, after }) => (
              <tr key={pointer}>
                <th scope="row" title={pointer}>
                  {label} <span className="quiet">{keywordOf(pointer)}</span>
                </th>
                <td className={`kind-${kind}`}>{kinds[kind] ?? kind}</td>
                <td className="wrap">{before && <del>{shownValue(before)}</del>}</td>
                <td className="wrap">{after && <ins>{shownValue(after)}</ins>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {more > 0 && <p className="quiet">{texts.moreDifferences(more)}</p>}
    </>
  );
}

/** The last member of a place, which tells two differences of one data item apart. */
function keywordOf(pointer: string): string {
  const steps = pointer.split("/");
  return steps.length > 2 ? (steps.at(-1) ?? "") : "";
}

/** The faces of the version in force and of the draft beside each other, each with its own example. */
export function DraftFaces({ draft, newestVersion }: { draft: ItemDraft; newestVersion: number }) {
  const texts = useTexts(DRAFT);
  const request = { code: draft.itemCode, version: newestVersion };
  const { data } = useQuery(CatalogService.method.getCatalogItem, request, { enabled: newestVersion > 0 });
  const before = data?.item?.content;
  if (!draft.content || draft.content.retired) return null;
  return (
    <section className="panel">
      <h2>{texts.faces}</h2>
      <div className="faces">
        {before && (
          <div>
            <h3>{texts.faceBefore(newestVersion)}</h3>
            <SampleFace content={before} label={texts.faceBefore(newestVersion)} />
          </div>
        )}
        <div>
          <h3>{texts.faceAfter}</h3>
          <SampleFace content={draft.content} label={texts.faceAfter} />
        </div>
      </div>
    </section>
  );
}
