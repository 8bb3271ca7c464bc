import type { Entry } from "../text/texts.ts";

export const KEYS = {
  title: ["安全密钥", "Security key"],
  why: [
    "签发证照时用本人的安全密钥确认。登记后，部门管理员与本人核对指纹，把密钥加入部门签署的名单，才能使用。",
    "You confirm with it what you issue. Once registered, your department's administrator compares the fingerprint with you and puts the key into the list that the department signs; only then does it count.",
  ],
  register: ["登记安全密钥", "Register a security key"],
  again: ["再登记一把", "Register another one"],
  touch: [
    "请插入安全密钥，按提示输入 PIN 或按指纹",
    "Insert the security key, and give PIN or finger as you are asked",
  ],
  fingerprint: ["指纹", "Fingerprint"],
  compare: ["请与部门管理员核对", "Compare it with your administrator"],
  save: ["保存登记文件", "Save the registration"],
  next: [
    "把文件交给部门管理员，由其执行 ecert officers add。",
    "Hand the file to your administrator, who runs ecert officers add.",
  ],
  failed: [
    "没有登记：操作被取消或超时，或安全密钥不支持 PIN、指纹。请重试，或换一把安全密钥。",
    "Not registered: cancelled, too late, or the key verifies nobody by PIN or finger. Try again, or take another key.",
  ],
} satisfies Record<string, Entry>;
