import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { type Bulletin, BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { BulletinFiles } from "./bulletin-files.tsx";
import { SUPERVISION } from "./supervision-texts.ts";

/** Bulletins that were delivered to the reader and, for whoever watches over divisions, all of them (6.2.6.2). */
export function BulletinList() {
  const texts = useTexts(SUPERVISION);
  const { roles } = useWho();
  const filters = useFilters();
  const shared: ColumnsType<Bulletin> = [
    { key: "quarter", title: texts.quarter, render: (_, { quarter }) => quarter },
    { title: texts.publisher, render: (_, { publisher }) => publisher },
    {
      key: "published_at",
      title: texts.publishedAt,
      render: (_, { publishedAt }) => <span className="code">{timeText(publishedAt)}</span>,
    },
  ];
  const asked = { search: filters.get("search") };
  const keyOf = ({ division, quarter }: Bulletin) => `${division} ${quarter}`;
  return (
    <>
      <h1>{texts.bulletins}</h1>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findBulletin} />
      </search>
      {mayCall(roles, BulletinService.method.listBulletins) && (
        <section className="panel">
          <RecordList
            method={BulletinService.method.listBulletins}
            request={asked}
            rowsOf={({ bulletins }) => bulletins}
            keyOf={keyOf}
            columns={[
              {
                key: "title",
                title: texts.bulletinTitle,
                render: (_, { title, division, quarter }) => <Link to={`${division}/${quarter}`}>{title}</Link>,
              },
              ...shared,
              {
                title: texts.readBy,
                align: "right",
                render: (_, { addressees }) =>
                  `${addressees.filter(({ readAt }) => readAt !== "").length} / ${addressees.length}`,
              },
            ]}
            label={texts.bulletins}
            empty={texts.noBulletins}
            filters={filters}
          />
        </section>
      )}
      <section className="panel">
        <h2>{texts.ownBulletins}</h2>
        <RecordList
          method={BulletinService.method.listOwnBulletins}
          request={asked}
          rowsOf={({ bulletins }) => bulletins}
          keyOf={keyOf}
          columns={[
            { key: "title", title: texts.bulletinTitle, render: (_, { title }) => title },
            ...shared,
            { title: texts.saveFile, render: (_, bulletin) => <BulletinFiles bulletin={bulletin} own /> },
          ]}
          label={texts.ownBulletins}
          empty={texts.noOwn}
          filters={filters}
        />
      </section>
    </>
  );
}
