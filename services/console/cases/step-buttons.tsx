import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { TakeStep } from "../shell/take-step.tsx";
import { useTexts } from "../text/texts.ts";
import { CASES } from "./case-texts.ts";

type Take<A> = (action: A, remark: string) => Promise<unknown>;

/**
 * Steps that its reader may take with a case as it was read, those that take it further as what is to be done. A step is held to what was shown when it was asked
 * for, whatever is read since.
 */
export function StepButtons<A extends number | string>(props: {
  /** Steps as the contract numbers or names them. */
  actions: readonly A[];
  isOnward: (action: A) => boolean;
  textOf: (action: A) => string;
  /** Takes a step at the revision that was read. */
  take: Take<A>;
  /** The case, as it is called where its step is taken. */
  of?: string;
  /** Which of them want a remark, where they are others than those of entries, changes and openings. */
  remarkHow?: string;
  /** What people call the place of a field that is refused. */
  placeOf?: (path: string) => string;
  changed: () => unknown;
}) {
  const { actions, isOnward, textOf, take, of, placeOf = () => "", changed } = props;
  const texts = useTexts(CASES);
  const { remarkHow = texts.remarkHow } = props;
  const [asked, setAsked] = useState<{ action: A; take: Take<A>; of: string | undefined }>();
  const done = () => {
    setAsked(undefined);
    taking.reset();
    changed();
  };
  const taking = useMutation({
    mutationFn: ({ action, take, remark }: { action: A; take: Take<A>; remark: string }) => take(action, remark),
    onSuccess: done,
  });
  return (
    <>
      {actions.map((action) => (
        <Button
          key={action}
          type={isOnward(action) ? "primary" : "default"}
          onClick={() => setAsked({ action, take, of })}
        >
          {textOf(action)}
        </Button>
      ))}
      {asked && (
        <TakeStep
          title={[textOf(asked.action), asked.of].filter(Boolean).join(" · ")}
          step={textOf(asked.action)}
          remarkHow={remarkHow}
          take={(remark) => taking.mutate({ action: asked.action, take: asked.take, remark })}
          taking={taking.isPending}
          fault={taking.error && <RefusalNotice error={taking.error} placeOf={placeOf} />}
          readAgain={done}
          cancel={() => {
            setAsked(undefined);
            taking.reset();
          }}
        />
      )}
    </>
  );
}
