import type { Collection, Stored } from "../../store/port.ts";
import type { ChangeMark } from "./change-mark.ts";

/** A collection whose every write raises a mark, before and behind it: answers of the service rest on what is in it. */
export function markedCollection<T extends Stored>(
  collection: Collection<T>,
  mark: Pick<ChangeMark, "during">,
): Collection<T> {
  return {
    insert: (document) => mark.during(() => collection.insert(document)),
    insertMany: (documents) => mark.during(() => collection.insertMany(documents)),
    insertInOrder: (documents) => mark.during(() => collection.insertInOrder(documents)),
    replace: (document) => mark.during(() => collection.replace(document)),
    replaceMany: (documents) => mark.during(() => collection.replaceMany(documents)),
    remove: (id, revision) => mark.during(() => collection.remove(id, revision)),
    get: (id) => collection.get(id),
    getMany: (ids) => collection.getMany(ids),
    query: (query) => collection.query(query),
    count: (index, equals) => collection.count(index, equals),
  };
}
