import { Button } from "antd";
import { useId, useState } from "react";
import { FORM } from "../form/form-texts.ts";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";

/** A file that goes with an order. */
export interface ChosenFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** What the contract takes: types, and bytes of one. */
const TYPES = "application/pdf,.ofd,image/jpeg,image/png,text/plain";
const MAX_BYTES = 5 << 20;
const MEDIA_TYPES: Readonly<Record<string, string>> = { ofd: "application/ofd" };

/** Files that go with an order. `pictures`: titles of data items that are handed in as pictures of that name. */
export function ChosenFiles(props: {
  files: readonly ChosenFile[];
  change: (files: readonly ChosenFile[]) => void;
  pictures: readonly string[];
}) {
  const { files, change, pictures } = props;
  const texts = useTexts(CERTIFICATES);
  const { removeRow, remove } = useTexts(FORM);
  const [tooLarge, setTooLarge] = useState("");
  const take = async (chosen: FileList | null, name?: string) => {
    const [file] = chosen ?? [];
    if (!file) return;
    setTooLarge(file.size > MAX_BYTES ? file.name : "");
    if (file.size > MAX_BYTES) return;
    const ending = file.name.split(".").at(-1) ?? "";
    const mediaType = MEDIA_TYPES[ending] ?? file.type;
    const taken = { name: name ?? file.name, mediaType, content: new Uint8Array(await file.arrayBuffer()) };
    change([...files.filter((other) => other.name !== taken.name), taken]);
  };
  return (
    <>
      {pictures.map((title) => (
        <FileInput
          key={title}
          label={texts.photo(title)}
          accept="image/jpeg,image/png"
          take={(chosen) => take(chosen, title)}
        />
      ))}
      <FileInput label={texts.attach} accept={TYPES} take={take} />
      <p className="quiet">{texts.attachmentHow("5 MB")}</p>
      {tooLarge !== "" && <p role="alert">{texts.tooLarge(tooLarge)}</p>}
      <ul className="files">
        {files.map(({ name, content }) => (
          <li key={name}>
            {name} · {Math.ceil(content.length / 1024)} KB{" "}
            <Button
              size="small"
              aria-label={removeRow(name)}
              onClick={() => change(files.filter((file) => file.name !== name))}
            >
              {remove}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function FileInput({ label, accept, take }: { label: string; accept: string; take: (files: FileList | null) => void }) {
  const id = useId();
  return (
    <p>
      <label htmlFor={id}>{label}</label>{" "}
      <input
        id={id}
        type="file"
        accept={accept}
        onChange={({ target }) => {
          take(target.files);
          target.value = "";
        }}
      />
    </p>
  );
}
