import type { DescMessage } from "@bufbuild/protobuf";
import type { ReactNode } from "react";
import { RecordList, type RecordListProps } from "../../list/record-list.tsx";
import { SearchFilter } from "../../list/search-filter.tsx";

/** Records of one kind that belong to a department: a list of its own, page by page. `find`: what its search is called, where its method has one. */
export function DepartmentPart<I extends DescMessage, O extends DescMessage, Row extends object>(
  props: Omit<RecordListProps<I, O, Row>, "label"> & { title: string; find?: string; children?: ReactNode },
) {
  const { title, find, children, ...list } = props;
  return (
    <section className="panel">
      <h2>{title}</h2>
      {children}
      {find && (
        <search className="filters" aria-label={title}>
          <SearchFilter filters={list.filters} label={find} />
        </search>
      )}
      <RecordList {...list} label={title} />
    </section>
  );
}
