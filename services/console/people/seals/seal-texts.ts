import type { Both, Entry } from "../../text/texts.ts";

export const SEALS = {
  code: ["印章编码", "Code"],
  codeHow: [
    "4 至 64 位字母、数字和短横线，本节点内不得重复，之后不能更改",
    "4 to 64 letters, digits and hyphens; unique at this node, never changed afterwards",
  ],
  name: ["印章名称", "Name"],
  department: ["所属部门", "Department"],
  picture: ["印章图样", "Picture of the seal"],
  pictureHow: ["按登记的图样绘制，与证照上的一致", "Drawn from what is registered, as on certificates"],
  subject: ["签名证书主体", "Subject of the signing certificate"],
  issuer: ["签发机构", "Issued by"],
  serial: ["证书序列号", "Serial number"],
  ends: ["证书到期", "Certificate ends"],
  unread: ["证书不能读取，请管理机构重新载入", "It cannot be read: have it loaded anew"],
  serves: ["适用单位", "Serves"],
  onlyDepartment: ["仅本部门", "The department alone"],
  digest: ["核对摘要（SHA-256）", "Digest (SHA-256)"],
  electronic: ["电子印章文件", "Electronic seal"],
  noElectronic: ["无，OFD 证照显示上面的图样", "None: OFDs show the picture above"],
  electronicTold: (name: string, maker: string, ends: string): Both => [
    `${name}，制章人 ${maker}，有效期至 ${ends}`,
    `${name}, made by ${maker}, good until ${ends}`,
  ],
  electronicPicture: (type: string): Both => [
    `OFD 证照盖的是该文件内的图样（${type}），本页不显示；尺寸已与上面的图样核对一致`,
    `OFDs are stamped with the picture in that file (${type}), which is not shown here; its size was held to the picture above`,
  ],
  confirm: ["确认印章", "Confirm the seal"],
  confirmHow: (units: number): Both => [
    `确认后，立即可以用此印章为本部门${units === 0 ? "" : `和 ${units} 个单位`}的证照签章。请先核对图样、名称、签名证书主体和到期日；确认的就是下面摘要所对应的内容，之后有任何改动都要重新确认。确认记入审计证据。`,
    `Once confirmed, certificates of the department${units === 0 ? "" : ` and of ${units} units`} are signed with it at once. Look at picture, name, subject of the certificate and its end before; what is confirmed is just what this digest names, and any change is confirmed anew. It goes into the chain of evidence.`,
  ],
  confirmWho: [
    "由所属部门的部门管理员确认；准备印章的人不能确认",
    "The department's administrator confirms it; never who prepares seals",
  ],
  otherNow: [
    "印章在您核对时已被改动，请读取最新内容后重新核对",
    "The seal was changed while you looked at it: read it anew, and look again",
  ],
  edit: ["修改印章", "Change the seal"],
  bindAgain: ["重新绑定证书", "Bind it again"],
  bindAgainHow: [
    "此印章已解除绑定。保存即重新绑定下面的签名证书，由部门确认后才能签章。",
    "It was unbound. Saving binds it to the certificate below; it signs once the department has confirmed it.",
  ],
  unbind: ["解除绑定", "Unbind the seal"],
  unbindHow: [
    "解除后立即不能再用此印章签章，已签发的证照不受影响。证书密钥遗失时请立即办理；恢复须重新绑定证书并由部门确认。",
    "Nothing is signed with it any more, at once; what was issued stays as it is. Do it at once where the key of the certificate was lost; it comes back by binding a certificate and the department's confirmation.",
  ],
  begin: ["准备印章", "Prepare a seal"],
  beginHow: [
    "保存后由部门的部门管理员核对并确认，确认之前不能签章",
    "The department's administrator looks at it and confirms it; nothing is signed with it before",
  ],
  save: ["保存印章", "Save the seal"],
  taken: [
    "已有此印章，未作改动。请换一个编码，或打开原印章修改",
    "There is such a seal, and nothing was changed: choose another code, or open that seal to change it",
  ],
  pictureJson: ["印章图样（JSON）", "Picture (JSON)"],
  pictureJsonHow: [
    "圆形印章写明单位名称（name，2 至 30 字）、下方文字（caption，可省略，至多 12 字）和直径（diameter，毫米）；其他形状用 vector 路径。保存后即可看到图样",
    "A round seal by name (2 to 30 characters), caption (optional, 12 at most) and diameter in mm; other shapes by vector paths. It is drawn once it is saved",
  ],
  pem: ["签名证书", "Signing certificate"],
  pemHow: [
    "粘贴证书（PEM），或选择证书文件；主体须是所属部门的统一社会信用代码。私钥只在部门的签名设备内，不要提交",
    "Paste the certificate (PEM), or choose its file; its subject must name the department's code. Its key stays in the department's device",
  ],
  electronicHow: [
    "印章制作单位制作的文件（GB/T 38540，SESeal），没有可以不选",
    "The file that the seal maker made (GB/T 38540, SESeal), where there is one",
  ],
  chooseElectronic: ["选择电子印章文件", "Choose the electronic seal"],
  hasElectronic: (bytes: string): Both => [`已有文件，${bytes}`, `There is one, ${bytes}`],
  removeElectronic: ["去掉电子印章文件", "Take the electronic seal away"],
  tooLarge: ["文件超过 500 KB，没有读取", "The file is larger than 500 kB and was not read"],
  units: ["适用单位", "Units that it serves"],
  unitCode: ["统一社会信用代码", "Code of the unit"],
} satisfies Record<string, Entry>;
