import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import type { PreviewFaceResponse } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import {
  CatalogService,
  PreviewFaceRequestSchema,
  RegisterCatalogItemRequestSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { writeOutput } from "../arguments.ts";
import { readJson, readRequest } from "../request-file.ts";
import type { Asked, Group } from "./action.ts";
import { listAction, putAction } from "./actions.ts";
import { called, calledJson } from "./caller.ts";

const catalog = CatalogService.method;

/** 4.3: kinds of certificate. */
export const ITEM: Group = {
  word: "item",
  chinese: "证照目录项",
  english: "kinds of certificate",
  actions: {
    register: { ...putAction(catalog.registerCatalogItem, "item", ["code", "version"]) },
    publish: {
      kind: "call",
      method: catalog.publishCatalogItem,
      keys: ["code", "version"],
      takes: ["CODE", "VERSION"],
      chinese: "发布一版：此后不变，省级节点发布的送达各市",
      english: "publishes a version, which never changes again; what the province publishes goes to every city",
    },
    list: listAction(catalog.listCatalogItems, "items", [
      "code",
      "version",
      "content.name",
      "content.typeCode",
      "publisher",
      "publishedAt",
    ]),
    versions: {
      ...listAction(catalog.listCatalogItemVersions, "items", [
        "code",
        "version",
        "state",
        "registeredAt",
        "publishedAt",
      ]),
      keys: ["code"],
      takes: ["CODE"],
      chinese: "列出各版，含未发布的",
      english: "lists the versions, registered ones too",
    },
    get: {
      kind: "run",
      keys: [],
      takes: ["CODE"],
      chinese: "查看一版，形式同登记文件",
      english: "shows a version, in the form in which it is registered",
      options: {
        version: { value: "N", chinese: "版本，默认已发布的", english: "version; the published one by default" },
      },
      run: getItem,
    },
    preview: {
      kind: "run",
      keys: [],
      takes: ["FILE"],
      chinese: "用登记文件的样例画照面（PDF，样例水印），不登记",
      english: "draws the face of a file with its example, marked 样例; registers nothing",
      options: {
        out: { value: "FILE", chinese: "写入的 PDF", english: "PDF to write", required: true },
        picture: { value: "FILE", chinese: "印章图样（JSON）", english: "picture of the seal (JSON)" },
      },
      run: preview,
    },
  },
};

async function getItem(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const request = { code: asked.arguments[0] as string, version: Number(asked.options.version ?? 0) };
  const { item } = await calledJson(asked, catalog.getCatalogItem, request);
  const { code, content } = item as JsonObject;
  // What says nothing is not written: files of before there were such members are given back as they are.
  const said = Object.entries(content as JsonObject).filter(([, value]) => !isEmpty(value));
  const members = said.map(([key, value]) => [key, key.endsWith("Json") ? JSON.parse(String(value)) : value]);
  const filed = { code: code as string, content: Object.fromEntries(members) };
  return { json: filed, text: `${JSON.stringify(filed, null, 2)}\n` };
}

function isEmpty(value: JsonValue): boolean {
  return value === "" || value === false || (Array.isArray(value) && value.length === 0);
}

async function preview(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const { out, picture } = asked.options as Record<"out" | "picture", string | undefined>;
  const { content } = readRequest(RegisterCatalogItemRequestSchema, asked.arguments[0] as string);
  const sealPictureJson = picture === undefined ? "" : JSON.stringify(readJson(picture));
  const request = create(PreviewFaceRequestSchema, { ...(content && { content }), sealPictureJson });
  const { file } = (await called(asked, catalog.previewFace, request)) as PreviewFaceResponse;
  writeOutput(out as string, file?.content ?? new Uint8Array());
  return { json: { out: out as string, sha256: file?.sha256 ?? "" }, text: `已写入 · written: ${out}\n` };
}
