import { useQuery } from "@connectrpc/connect-query";
import { Link, useParams, useSearchParams } from "react-router";
import { type CatalogItem, CatalogItemState } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { timeText } from "../format/dates.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";
import { Basics, DataItems } from "./content-view.tsx";
import { ItemVersions } from "./item-versions.tsx";
import { OpenDrafts } from "./open-drafts.tsx";
import { SampleFace } from "./sample-face.tsx";
import { shownItemState } from "./states.ts";

const { getCatalogItem } = CatalogService.method;

/** One version of an item: the one in force, unless the address names another. */
export function ItemPage() {
  const { code = "" } = useParams();
  const [params] = useSearchParams();
  const { data, error, refetch } = useQuery(getCatalogItem, { code, version: Number(params.get("version")) || 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.item) return <Waiting />;
  return <Shown item={data.item} />;
}

function Shown({ item }: { item: CatalogItem }) {
  const texts = useTexts(CATALOG);
  const { roles } = useWho();
  const { code, version, state, publishedAt, content } = item;
  if (!content) return null;
  const address = `/catalog/drafts/new?item=${encodeURIComponent(code)}`;
  return (
    <>
      <p>
        <Link to="/catalog">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>
          {content.name} <span className="quiet code">{code}</span>
        </h1>
        <StateMark {...shownItemState(state)} />
        <span className="quiet">
          {texts.versionOf(version)}
          {publishedAt !== "" && ` · ${texts.since} ${timeText(publishedAt)}`}
        </span>
      </div>
      {roles.includes(Role.CATALOG_KEEPER) && state === CatalogItemState.PUBLISHED && (
        <div className="actions">
          <Link className="primary" to={address}>
            {texts.change}
          </Link>
          <Link to={`${address}&retires=true`}>{texts.retire}</Link>
        </div>
      )}
      <OpenDrafts itemCode={code} />
      <div className="beside">
        <SampleFace content={content} label={`${content.name} ${texts.sample}`} />
        <div>
          <Basics content={content} />
          <ItemVersions code={code} shown={version} />
        </div>
      </div>
      <DataItems content={content} />
    </>
  );
}
