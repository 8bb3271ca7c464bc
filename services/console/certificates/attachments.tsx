import { useId, useState } from "react";
import { openPhoto } from "../../staff-page/photo.ts";
import { SentFileRow } from "../form/sent-file-row.tsx";
import type { ShownFiles } from "../form/sent-files.ts";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";
import { CropPhoto, type PhotoToCrop } from "./crop-photo.tsx";

/** What the contract takes: types, and bytes of one. */
const TYPES = "application/pdf,.ofd,image/jpeg,image/png,text/plain";
const MAX_BYTES = 5 << 20;
const MEDIA_TYPES: Readonly<Record<string, string>> = { ofd: "application/ofd" };

/** Files that go with an order, each on its way as soon as it is chosen. `pictures`: data items that are handed in as pictures of their title, cropped to the ratio of their place on the face. */
export function Attachments(props: {
  files: ShownFiles;
  pictures: readonly { readonly title: string; readonly ratio: number }[];
}) {
  const { files, pictures } = props;
  const texts = useTexts(CERTIFICATES);
  const [tooLarge, setTooLarge] = useState("");
  const [unread, setUnread] = useState("");
  const [cropping, setCropping] = useState<PhotoToCrop>();
  /** `refused`: the one in whose place it comes. */
  const take = (chosen: FileList | null, refused = "") => {
    const [file] = chosen ?? [];
    if (!file) return;
    setTooLarge(file.size > MAX_BYTES ? file.name : "");
    if (file.size > MAX_BYTES) return;
    files.remove(refused);
    const ending = file.name.split(".").at(-1) ?? "";
    files.add({ name: file.name, mediaType: MEDIA_TYPES[ending] ?? file.type, content: file });
  };
  const takePhoto = async (chosen: FileList | null, place: { title: string; ratio: number }) => {
    const [file] = chosen ?? [];
    if (!file) return;
    const photo = await openPhoto(file).catch(() => undefined);
    setUnread(photo ? "" : file.name);
    if (photo) setCropping({ ...place, photo });
  };
  const cropped = (content?: Blob) => {
    if (content && cropping) files.add({ name: cropping.title, mediaType: "image/jpeg", content });
    cropping?.photo.close();
    setCropping(undefined);
  };
  return (
    <>
      {pictures.map((place) => (
        <FileInput
          key={place.title}
          label={texts.photo(place.title)}
          accept="image/*"
          capture
          take={(chosen) => takePhoto(chosen, place)}
        />
      ))}
      {cropping && <CropPhoto chosen={cropping} taken={cropped} cancel={() => cropped()} />}
      {unread !== "" && <p role="alert">{texts.notPicture(unread)}</p>}
      <FileInput label={texts.attach} accept={TYPES} take={take} />
      <p className="quiet">{texts.attachmentHow("5 MB")}</p>
      {tooLarge !== "" && <p role="alert">{texts.tooLarge(tooLarge)}</p>}
      <ul className="files">
        {files.list.map((file) => {
          const place = pictures.find(({ title }) => title === file.name);
          return (
            <SentFileRow
              key={file.name}
              file={file}
              remove={() => files.remove(file.name)}
              retry={() => files.retry(file.name)}
              accept={place ? "image/*" : TYPES}
              instead={(chosen) => (place ? takePhoto(chosen, place) : take(chosen, file.name))}
            />
          );
        })}
      </ul>
    </>
  );
}

/** `capture`: a phone offers its camera. */
function FileInput(props: {
  label: string;
  accept: string;
  capture?: boolean;
  take: (files: FileList | null) => void;
}) {
  const { label, accept, capture = false, take } = props;
  const id = useId();
  return (
    <p>
      <label htmlFor={id}>{label}</label>{" "}
      <input
        id={id}
        type="file"
        accept={accept}
        {...(capture && { capture: "environment" })}
        onChange={({ target }) => {
          take(target.files);
          target.value = "";
        }}
      />
    </p>
  );
}
