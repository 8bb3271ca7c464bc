import type { Both, Entry } from "../text/texts.ts";

export const DEVICES = {
  how: [
    "各部门签名代理所守的加密设备：型号和序列号由设备自己报告，经签名代理传来；私钥不离开设备",
    "The devices that departments' agents guard; model and serial number are as the device tells its agent. Private keys never leave it",
  ],
  device: ["设备", "Device"],
  agent: ["签名代理", "Agent"],
  keys: ["使用中的密钥：标签、算法、印章、证书到期时间", "Keys in use: label, algorithm, seal, end of the certificate"],
  answers: ["能签名", "Signs"],
  fails: ["不能签名", "Does not sign"],
  unheard: ["代理不在线，设备情况未知", "Its agent is away: not known"],
  untold: ["尚未报告设备信息", "Nothing was told of the device yet"],
  pkcs11: ["PKCS#11 设备", "PKCS#11 device"],
  sdf: ["密码设备（GM/T 0018），型号请用厂商工具查看", "Device of GM/T 0018; the vendor's tool tells its model"],
  keyFile: ["密钥文件，仅供试用，不是加密设备", "Key files, for trials: no device"],
  serial: (serial: string): Both => [`序列号 ${serial}`, `serial number ${serial}`],
  noLabel: ["未报告标签", "label not told"],
  none: [
    "还没有签名代理报告过加密设备。请在部门主机安装并启动签名代理，连接后自动出现在这里",
    "No agent has told of a device. Install and start one on the department's host: its device appears here by itself",
  ],
} satisfies Record<string, Entry>;
