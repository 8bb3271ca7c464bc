import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import type { DataMessage } from "../../services/domain/message.ts";
import type { House, Instance } from "./house.ts";

/** The message that a certificate's signature covers. */
export function messageIn(certificate: Certificate | undefined): DataMessage {
  return JSON.parse(new TextDecoder().decode(certificate?.message)) as DataMessage;
}

/** Makes an order and issues it. */
export async function issued(instance: Instance, order: ReturnType<House["order"]>): Promise<Certificate> {
  await instance.issue.makeCertificate(order);
  return issue(instance, order);
}

/** Issues what was made from an order. */
export async function issue({ issue }: Instance, { order }: ReturnType<House["order"]>): Promise<Certificate> {
  const { businessSerial } = order;
  const { certificate } = await issue.issueCertificate({ businessSerial });
  if (!certificate) throw new Error("no certificate in the answer");
  return certificate;
}
