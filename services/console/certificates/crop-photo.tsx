import { Modal } from "antd";
import { useEffect, useRef, useState } from "react";
import { type CropView, openCrop } from "../../staff-page/crop-view.ts";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";

/** A photo that was chosen for a place on the face, of that ratio (width by height). */
export interface PhotoToCrop {
  readonly title: string;
  readonly photo: ImageBitmap;
  readonly ratio: number;
}

/** Lets a photo be cropped to the ratio of its place on the face; `taken` gets it as faces take it. One that does not become small enough is told, and stays open. */
export function CropPhoto(props: { chosen: PhotoToCrop; taken: (photo: Blob) => void; cancel: () => void }) {
  const { chosen, taken, cancel } = props;
  const texts = useTexts(CERTIFICATES);
  const view = useRef<CropView>(undefined);
  const [tooFine, setTooFine] = useState(false);
  const take = () => {
    setTooFine(false);
    return view.current?.taken().then(taken, () => setTooFine(true));
  };
  return (
    <Modal
      open
      title={texts.crop(chosen.title)}
      okText={texts.takeCrop}
      onOk={take}
      onCancel={cancel}
      afterOpenChange={(isOpen) => isOpen && view.current?.canvas.focus()}
    >
      <p className="quiet">{texts.cropHow}</p>
      {tooFine && <p role="alert">{texts.cropTooFine}</p>}
      <CropPlace
        chosen={chosen}
        opened={(next) => {
          view.current = next;
        }}
      />
    </Modal>
  );
}

/** Where the photo is drawn: the dialog makes room for it later than it is asked for. */
function CropPlace({ chosen, opened }: { chosen: PhotoToCrop; opened: (view: CropView) => void }) {
  const texts = useTexts(CERTIFICATES);
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one window for each photo, whatever else changes
  useEffect(() => {
    const view = openCrop(chosen.photo, chosen.ratio, { photo: chosen.title, zoom: texts.zoom });
    place.current?.replaceChildren(view.canvas, view.slider);
    opened(view);
  }, [chosen]);
  return <div className="cropping" ref={place} />;
}
