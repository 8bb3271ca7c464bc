import { isReason, REASONS } from "./reason.ts";

/** A sentence in Chinese and English. */
export type Sentence = readonly [chinese: string, english: string];

/** Days ahead from which an end (certificate, secret) is an alarm. */
export const SOON_DAYS = 30;
/** Days ahead from which it is urgent. */
export const NOW_DAYS = 7;
/** Milliseconds from which an event that waits for another node is an alarm though the link can be used. */
export const LAG_MS = 600_000;

const DAY_MS = 86_400_000;

/** What varies in a sentence. */
export interface AlarmTold {
  /** A reason of the platform's closed list, or a code that an agent or device gave. */
  readonly reason?: string;
  readonly count?: number;
  /** Days until an end; negative: since it. */
  readonly days?: number;
  /** How an agent left: `drained`, `ended` or `silent`. */
  readonly leave?: string;
}

interface AlarmTexts {
  readonly cause: (subject: string, told: AlarmTold) => Sentence;
  readonly remedy: Sentence;
}

const LEFT: Readonly<Record<string, Sentence>> = {
  drained: ["已正常停止", "was stopped"],
  ended: [
    "连接中断：其进程或主机已停止，或网络不通",
    "lost its connection: its process or host is down, or the network is cut",
  ],
  silent: ["超过 45 秒没有消息", "has not been heard for more than 45 seconds"],
};

/** The closed list of what needs care at a node, each with its cause and what to do. The names are those of `AlarmKind` of the contract. */
export const ALARMS = {
  SERVICE_AWAY: {
    cause: (service) => [`服务 ${service} 没有应答`, `service ${service} does not answer`],
    remedy: [
      "请检查该服务的进程是否运行、网络是否连通，必要时重新启动",
      "look whether its process runs and can be reached; start it again if not",
    ],
  },
  SERVICE_FAULT: {
    cause: (service, told) => [
      `服务 ${service} 不能办理业务：${reasonText(told)}`,
      `service ${service} cannot serve: ${told.reason ?? "INTERNAL"}`,
    ],
    remedy: [
      "请检查其数据库和磁盘；恢复后自动继续办理",
      "look at its store and disk; it goes on by itself when they are back",
    ],
  },
  DISK_LOW: {
    cause: (path) => [
      `${path} 所在磁盘的可用空间不足 1 GiB 或 5%`,
      `less than 1 GiB or 5 % of the disk of ${path} is free`,
    ],
    remedy: ["请将已封存的证据文件移走，或扩充磁盘", "move closed evidence files away, or give it more room"],
  },
  CLOCK_WRONG: {
    cause: (process) => [
      `进程 ${process} 的时钟与时间来源相差过大，已停止制证和签发`,
      `the clock of process ${process} differs too much from its sources: nothing is made or issued`,
    ],
    remedy: ["请用 NTP 校准该主机的时钟", "set the clock of its host right by NTP"],
  },
  CERTIFICATE_ENDING: {
    cause: (use, { days = 0 }) => ends([`TLS 证书（${use}）`, `the TLS certificate (${use})`], days),
    remedy: [
      "请换发证书，更换文件后重新启动进程",
      "have it renewed, put the new file in its place and start the process again",
    ],
  },
  SEAL_CERTIFICATE_ENDING: {
    cause: (seal, { days = 0 }) => ends([`印章 ${seal} 的签名证书`, `the signing certificate of seal ${seal}`], days),
    remedy: [
      "请部门向印章制作单位申请换发证书，并重新绑定印章；到期后不能再签发",
      "the department has it renewed and binds the seal again; nothing is issued with it after its end",
    ],
  },
  AGENT_AWAY: {
    cause: (agent, { leave = "silent" }) => {
      const [chinese, english] = LEFT[leave] ?? (LEFT.silent as Sentence);
      return [`签名代理 ${agent} 不在线：${chinese}`, `agent ${agent} ${english}`];
    },
    remedy: [
      "请在其主机启动签名代理并检查网络；已制的证照不受影响，恢复后签发即可。已停用的，在签名代理页移除",
      "start it on its host and look at the network; what was made is kept and is issued afterwards. If it was taken out of service, take it off the list",
    ],
  },
  DEVICE_FAULT: {
    cause: (agent, told) => [
      `签名代理 ${agent} 的加密设备不能签名：${reasonText(told)}`,
      `the device of agent ${agent} does not sign: ${told.reason ?? "DEVICE_AWAY"}`,
    ],
    remedy: [
      "请检查加密设备的电源、连接和口令；已制的证照不受影响，恢复后再次签发即可",
      "look at power, connection and PIN of the device; what was made is kept and is issued afterwards",
    ],
  },
  JOURNAL_BEHIND: {
    cause: (agent) => [
      `签名代理 ${agent} 的日志是较旧的副本，已停止向其派发签名`,
      `the journal of agent ${agent} is an older copy: it gets no jobs`,
    ],
    remedy: [
      "请在其主机放回正确的日志，或由人工执行 journal accept",
      "put the right journal back on its host, or a person decides with `journal accept`",
    ],
  },
  LINK_CUT: {
    cause: (node, told) => [
      `与节点 ${node} 的链路不通：${reasonText(told)}`,
      `the link with node ${node} cannot be used: ${told.reason ?? "PEER_AWAY"}`,
    ],
    remedy: [
      "请检查消息服务器和网络；其间的变更已保存，恢复后自动补发",
      "look at the broker and the network; what changes meanwhile is kept and sent when it is back",
    ],
  },
  LINK_STUCK: {
    cause: (node, told) => [
      `发往节点 ${node} 的事件多次发送未成：${reasonText(told)}`,
      `an event for node ${node} was sent in vain: ${told.reason ?? "INTERNAL"}`,
    ],
    remedy: [
      "请在链路页查看该事件，并与对方运维核对其搁置清单",
      "look at the event on the page of links, and at what the other node has set aside",
    ],
  },
  LINK_LAGGING: {
    cause: (node) => [
      `发往节点 ${node} 的事件已等待超过 10 分钟`,
      `an event for node ${node} has waited for more than 10 minutes`,
    ],
    remedy: ["请与对方运维核对其 sync 服务是否运行", "ask whether the sync service of the other node runs"],
  },
  NODE_BEHIND: {
    cause: (node) => [
      `与节点 ${node} 比对：本系统是较旧的副本，已停止制证和签发`,
      `against node ${node}: this node was started from an older copy, and makes and issues nothing`,
    ],
    remedy: ["请在恢复页先预演、再开始恢复", "bring it forward on the page of recovery: look first, then do it"],
  },
  SET_ASIDE: {
    cause: (service, { count = 0 }) => [
      `服务 ${service} 有 ${count} 项无法读取或办理，已搁置`,
      `service ${service} has set ${count} aside that it cannot read or apply`,
    ],
    remedy: [
      "请在搁置清单查看原因，处理后重试",
      "look at the cause on the list of what was set aside, mend it and try again",
    ],
  },
  SIGNATURES_LOST: {
    cause: (_, { count = 0 }) => [
      `签名代理已签署的 ${count} 个证照在本系统没有记录，相关部门已停止签发`,
      `${count} certificates that agents have signed are not known here: their departments issue nothing`,
    ],
    remedy: [
      "请先恢复数据；确无人持有的，在恢复页放弃",
      "recover first; what nobody has is given up on the page of recovery",
    ],
  },
  RECORDS_FORKED: {
    cause: (node, { count = 0 }) => [
      `节点 ${node} 有 ${count} 个证照存在两份不同的记录`,
      `${count} certificates of node ${node} have two records`,
    ],
    remedy: ["请在恢复页逐项裁定以哪一份为准", "decide which one stands, on the page of recovery"],
  },
  SECRET_ENDING: {
    cause: (app, { days = 0 }) => ends([`应用 ${app} 的密钥`, `the secret of app ${app}`], days),
    remedy: ["请管理员为其更换密钥，或停用该应用", "an administrator rotates it, or disables the app"],
  },
  DELIVERIES_GIVEN_UP: {
    cause: (receiver, { count = 0 }) => [
      `发往 ${receiver} 的 ${count} 个事件多次投递未成，已放弃`,
      `${count} events for ${receiver} could not be delivered and were given up`,
    ],
    remedy: ["请检查接收方后，在投递清单重试", "look at the receiver, then try again on the list of deliveries"],
  },
} as const satisfies Record<string, AlarmTexts>;

/** Name of an alarm. */
export type AlarmName = keyof typeof ALARMS;

/** Something that needs care, as a service finds it. */
export interface Alarm {
  readonly kind: AlarmName;
  /** Something does not work now, or will not within {@link NOW_DAYS}. */
  readonly urgent: boolean;
  /** What it is about; never a person. */
  readonly subject: string;
  /** RFC 3339. Absent: nothing durable tells, and it counts since it was seen first. */
  readonly since?: string;
  readonly told?: AlarmTold;
}

/** Cause and remedy of an alarm. */
export function alarmTexts({ kind, subject, told = {} }: Alarm): { cause: Sentence; remedy: Sentence } {
  const { cause, remedy }: AlarmTexts = ALARMS[kind];
  return { cause: cause(subject, told), remedy };
}

/** The alarm of something that ends at `notAfter`; `undefined` where that is more than {@link SOON_DAYS} away. It began when the end came so near. */
export function endingAlarm(
  kind: "CERTIFICATE_ENDING" | "SEAL_CERTIFICATE_ENDING" | "SECRET_ENDING",
  subject: string,
  notAfter: Date,
  at: Date,
): Alarm | undefined {
  const days = Math.floor((notAfter.getTime() - at.getTime()) / DAY_MS);
  if (!(days < SOON_DAYS)) return undefined;
  const since = new Date(notAfter.getTime() - SOON_DAYS * DAY_MS).toISOString();
  return { kind, urgent: days < NOW_DAYS, subject, since, told: { days } };
}

function ends([chinese, english]: Sentence, days: number): Sentence {
  if (days < 0) return [`${chinese}已到期 ${-days} 天`, `${english} has ended ${-days} days ago`];
  return [`${chinese}还有 ${days} 天到期`, `${english} ends in ${days} days`];
}

function reasonText({ reason = "INTERNAL" }: AlarmTold): string {
  return isReason(reason) ? REASONS[reason] : reason;
}
