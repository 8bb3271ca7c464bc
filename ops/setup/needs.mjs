/**
 * What the two commands need on the host beyond Node and npm: command (or file) → Debian package and purpose. A command that
 * is on PATH already is not installed again.
 */
export const NEEDS = {
  demo: [
    { command: "softhsm2-util", package: "softhsm2", why: "the PKCS#11 device of the trial departments" },
    { command: "pdfsig", package: "poppler-utils", why: "verifies signed PDFs independently" },
    { command: "openssl", package: "openssl", why: "verifies data signatures independently" },
    { command: "python3", package: "python3", why: "unpacks nats-server; builds pkcs11js" },
    { command: "g++", package: "g++", why: "builds pkcs11js" },
    {
      file: "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
      package: "fonts-hanazono",
      why: "the rare characters of names (生僻字)",
    },
    { command: "setpriv", package: "util-linux", why: "ends what the trial has started, however the trial ends" },
    { command: "make", package: "make", why: "builds pkcs11js" },
  ],
  test: [
    { command: "mutool", package: "mupdf-tools", why: "draws PDFs independently" },
    { command: "qpdf", package: "qpdf", why: "checks the structure of PDFs" },
    { command: "pkcs11-tool", package: "opensc", why: "looks into PKCS#11 tokens independently" },
    {
      command: "chromium",
      package: "chromium",
      why: "sits in front of the screens; runs an OFD reader that is not ours",
    },
    { command: "certutil", package: "libnss3-tools", why: "puts certificate keys where Chromium looks for them" },
    { command: "ZXingReader", package: "zxing-cpp-tools", why: "reads the QR codes of faces independently" },
    { command: "zip", package: "zip", why: "packs OFDs as other programs do" },
    { file: "/usr/include/openssl/evp.h", package: "libssl-dev", why: "builds the test devices that have SM2" },
    { command: "javac", package: "openjdk-17-jdk-headless", why: "builds the sample in Java, and an OFD reader" },
    { command: "mvn", package: "maven", why: "builds the sample in Java, and an OFD reader" },
    { command: "git", package: "git", why: "checks that generated code is up to date" },
  ],
};
