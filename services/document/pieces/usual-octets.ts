/** What files of certificates say besides what varies: text that recipes of version 2 need not tell. It belongs to that version for ever. */
const TEXTS = [
  // PDF, in the order of its objects.
  "\nendstream\nendobj\n23 0 obj\n<</Type /XObject /Subtype /Image /Width 212 /Height 212 /BitsPerComponent 1 /ImageMask true /Decode [1 0] /Length 5724>>\nstream\n",
  "\nendstream\nendobj\n24 0 obj\n<</Length1 12104 /Filter /FlateDecode /Length 9573>>\nstream\n",
  "\nendstream\nendobj\n30 0 obj\n<</Type /FontDescriptor /FontName /UZTVZL+NotoSerifSC-Bold /Flags 4 /FontBBox [-1011 -1046 2926 1806] /ItalicAngle 0 /Ascent 1151 /Descent -286 /CapHeight 729 /StemV 140 /FontFile2 29 0 R>>\nendobj\n",
  "31 0 obj\n<</Type /Font /Subtype /CIDFontType2 /BaseFont /UZTVZL+NotoSerifSC-Bold /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor 30 0 R /DW 1000 /W [1 [593 466 594 593 593 594 594 596 746 789 666 767 1001]] /CIDToGIDMap /Identity>>\nendobj\n",
  "32 0 obj\n<</Filter /FlateDecode /Length 401>>\nstream\n",
  "\nendstream\nendobj\n33 0 obj\n<</Type /Font /Subtype /Type0 /BaseFont /UZTVZL+NotoSerifSC-Bold /Encoding /Identity-H /DescendantFonts [31 0 R] /ToUnicode 32 0 R>>\nendobj\n",
  "\nendstream\nendobj\n25 0 obj\n<</Type /FontDescriptor /FontName /YBZBZV+NotoSerifSC-Regular /Flags 4 /FontBBox [-997 -1049 2929 1809] /ItalicAngle 0 /Ascent 1151 /Descent -286 /CapHeight 729 /StemV 80 /FontFile2 24 0 R>>\nendobj\n",
  "26 0 obj\n<</Type /Font /Subtype /CIDFontType2 /BaseFont /YBZBZV+NotoSerifSC-Regular /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor 25 0 R /DW 1000 /W [1 [346 327 557 471 558 557 555 558 558 549 558 562 670 770 652 629 403 975 797]] /CIDToGIDMap /Identity>>\nendobj\n",
  "27 0 obj\n<</Filter /FlateDecode /Length 555>>\nstream\n",
  "\nendstream\nendobj\n28 0 obj\n<</Type /Font /Subtype /Type0 /BaseFont /YBZBZV+NotoSerifSC-Regular /Encoding /Identity-H /DescendantFonts [26 0 R] /ToUnicode 27 0 R>>\nendobj\n",
  "2 0 obj\n<</Title <FEFF0020004100300031003200330034003500360037003800390020> /Author <FEFF5E025C40> /Creator (ecert) /Producer (ecert) /CreationDate (D:20261124101500+08'00') /ModDate (D:20261124101500+08'00')>>\nendobj\n",
  '3 0 obj\n<</Type /Metadata /Subtype /XML /Length 1051>>\nstream\n<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">\n<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>\n',
  '<dc:title><rdf:Alt><rdf:li xml:lang="x-default"></rdf:li></rdf:Alt></dc:title>\n<dc:creator><rdf:Seq><rdf:li></rdf:li></rdf:Seq></dc:creator>\n<dc:identifier>1.2.156.3005.2.1199</dc:identifier><dc:coverage>../..</dc:coverage><dc:source>440100</dc:source>\n<pdf:Producer>ecert</pdf:Producer><xmp:CreatorTool>ecert</xmp:CreatorTool>\n<xmp:CreateDate>2026-11-24T10:15:00+08:00</xmp:CreateDate><xmp:ModifyDate>2026-11-24T10:15:00+08:00</xmp:ModifyDate>\n</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>\nendstream\nendobj\n',
  "4 0 obj\n<</Filter /FlateDecode /Length 941>>\nstream\n",
  "\nendstream\nendobj\n5 0 obj\n<</Font <</R 28 0 R /B 33 0 R >> /XObject <</Face 22 0 R /I0 23 0 R /I1 24 0 R>>>>\nendobj\n",
  "6 0 obj\n<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Name <FEFF> /M (D:20261124101500+08'00') /ByteRange [0 89898 106284 844                ] /Contents <>>>\nendobj\nxref\n0 34\n0000000000 65535 f \n0000000015 00000 n \n0000100000 00000 n \n00000",
  "trailer\n<</Size 34 /Root 1 0 R /Info 2 0 R /ID [<> <>]>>\nstartxref\n%%EOF\n",
  // OFD, in the order of its package: the heads of its files, then the list of its digests.
  ...[
    ["OFD.xml", "\x08"],
    ["Doc_0/PublicRes.xml", "\x08"],
    ["Doc_0/DocumentRes.xml", "\x08"],
    ["Doc_0/Pages/Page_0/Content.xml", "\x08"],
    ["Doc_0/Res/font_data_regular.ttf", "\x08"],
    ["Doc_0/Res/font_data_bold.ttf", "\x08"],
    ["Doc_0/Res/image_0.png", "\0"],
    ["Doc_0/Tags/Tag_0.xml", "\x08"],
    ["Doc_0/Attachs/Attachments.xml", "\x08"],
    ["Doc_0/Attachs/message.json", "\x08"],
    ["Doc_0/Signs/Signatures.xml", "\x08"],
    ["Doc_0/Signs/Sign_0/Archive.dat", "\0"],
    ["Doc_0/Signs/Sign_0/Signature.xml", "\0"],
    ["Doc_0/Signs/Sign_0/SignedValue.dat", "\0"],
  ].map(([path = "", how]) => `PK\x03\x04\x14\0\0\0${how}\0\0\0\x21\0${String.fromCharCode(path.length)}\0\0\0${path}`),
  "PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0PK\x05\x06\0\0\0\0\x12\0\x12\0",
  '<?xml version="1.0" encoding="UTF-8"?>\n<ofd:Signature xmlns:ofd="http://www.ofdspec.org/2016"><ofd:SignedInfo><ofd:Provider ProviderName="ecert" Version="1.0" Company="ecert"/><ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod><ofd:SignatureMethod>1.2.840.113549.1.1.11</ofd:SignatureMethod><ofd:SignatureMethod>1.2.840.10045.4.3.2</ofd:SignatureMethod><ofd:SignatureDateTime>2026-11-24T10:15:00+08:00</ofd:SignatureDateTime><ofd:References CheckMethod="1.2.156.10197.1.401"><ofd:References CheckMethod="2.16.840.1.101.3.4.2.1">',
  ...[
    "/Doc_0/Tpls/Tpl_0/Content.xml",
    "/Doc_0/Res/font_fixed_regular.ttf",
    "/Doc_0/Res/font_fixed_bold.ttf",
    "/Doc_0/Tags/CustomTags.xml",
    "/Doc_0/Document.xml",
    "/OFD.xml",
    "/Doc_0/PublicRes.xml",
    "/Doc_0/DocumentRes.xml",
    "/Doc_0/Pages/Page_0/Content.xml",
    "/Doc_0/Res/font_data_regular.ttf",
    "/Doc_0/Res/font_data_bold.ttf",
    "/Doc_0/Res/image_0.png",
    "/Doc_0/Tags/Tag_0.xml",
    "/Doc_0/Attachs/Attachments.xml",
    "/Doc_0/Attachs/message.json",
    "/Doc_0/Signs/Signatures.xml",
    "/Doc_0/Signs/Sign_0/Seal.esl",
    "/Doc_0/Signs/Sign_0/Archive.dat",
  ].map((path) => `=</ofd:CheckValue></ofd:Reference><ofd:Reference FileRef="${path}"><ofd:CheckValue>`),
  "=</ofd:CheckValue></ofd:Reference></ofd:References></ofd:SignedInfo><ofd:SignedValue>/Doc_0/Signs/Sign_0/SignedValue.dat</ofd:SignedValue></ofd:Signature>",
];

/** What CMS signatures with a chain have in common, under P-256, RSA and SM2. */
const DER = [
  "308205a306092a864886f70d010702a082059430820590020101310d300b0609608648016503040201300b06092a864886f70d010701a082041a308201fd308201a4a0030201020210",
  "310f300d06092a811ccf550183110500300c060a2a811ccf5501060104010300a06082a811ccf55018375300d06092a864886f70d01010b0500300d06092a864886f70d01010105000382010f003082010a02820101000203010001",
  "300a06082a8648ce3d0403023049310b300906035504061302434e31183016060355040a0c0f31153013060355040b0c0c3120301e06035504030c17301b06035504610c12313134343031303030301e170d3236313230333038333231395a170d3336313133303038333731395a",
  "3059301306072a8648ce3d020106082a8648ce3d03010703420004301306072a8648ce3d020106082a811ccf5501822d03420004a37b3079301d0603551d0e0416041444301f0603551d2304183016801430120603551d130101ff040830060101ff020100300c0603551d130101ff04023000300e0603551d0f0101ff0404030206c0",
  "30630130603551d25040c300a06082b06010505070304300a06082a8648ce3d04030203490030460221003045022100022055022030818430",
  "3182014f3082014b020101305d3049310b300906035504061302434e30818430300b0609608648016503040201a08184301806092a864886f70d010903310b06092a864886f70d010701302f06092a864886f70d01090431220420",
  "3037060b2a864886f70d010910022f3128302630243022042004473045022100",
];

/** What the deflated texts of packages and pages begin with: drawing 2 codes the same text by the same bits. */
const DEFLATED = [
  "7f0HgGTFvfaNOYdxztkul9O9392p81SdqpNcXXi3m9E3EhPUM8hoZBlXn6rq7fnmdM3bXc3uXln2gkRGWrhC4kqgK3EFQroXFpCEdlkW5JxzzknbPbtOOOf03cVjeA02xjndHFTP8/x+569WlvQ9F7sj8pCfzSdx2qOcgRI/baObTMc9ev/+xnpF7zFrOgbX7GwMyMXuaDpvYnA9ej6l4ybLLly4wGJw82PfsjgbZwK8oORrfjafxGmPcgZKBrHdv3Tse3RnY0CNjsE1g9iei+6S0TG4ZhDbzWmIRsfgmkFsNwc=",
  "569WlvQ9F7sj8pCfzSdx2qOcgRI/baObTMc9ev/+xnpF7zFrOgbXDP2cXOyOpvMmBtej51M6brLswoULLAY3P/Yti7NxJsALSs7Zub8vtj069HNqdAyu2YjTNDc6BtdsxGkim4MezSnZiNO0bTvfo9sxxT0/m4S9/vrQjxdHdkbJhu0mR5e2bed7dDumSPb8bBLIXp8aHYNrNuI0bUyOvAlxmh4Mk4vePTjz48WRnbGUgs5icM1GnKaNyZE3OovBNRtxmoyOwTUbcZrI5qBHJSUbcZq2bed7dDumuOdnk7DXXz8XjxwlG7abHF3atp3v0e2YItnzs0kge31yLh45Ss7FI9ejabbw1OgYXLMRp2ljcuRNiNP0YJhc9O7BUTxyLKWgsxhcsxGnaWNy5I3OYnDNRpwmo2NwzUacJrI56FFFyUacpm3b+R7djinu+dkk7PXXh368OLIzSjZsNzm6tG0736PbMUWy52eTQPb61OgYXLMRp2ljcuRNiNP0oLPJPjjz48WRnbGUgs5icM1GnKaNyZE3OovBNRtxmow=",
  "y7uJJZuDHq0BAJTsXzr2PbrZ2bGnZCPOOpt6dHf7S9ToGFyz5d3EbkyOvJl0duwfBDuejnUWg2u2vJvYjcmRNzqLwTVbi6M02fJuYo3OYnDN1uIoTba8m9i50VkMrhn6ufnfAQ==",
  "9D0XuyPykJ/NJ3Hao5yBEj9to5tMxz16//7GekXvMWs6Btfs2rEnF7uj6byJwfXo+ZSOmyy7cOECi8HNj33L4mycCfCCGh2Da87OvDU6Btfsnr80n7T26Fy8aEBARF0SwaGzGFyze/7SfNLao3PxotFZDK45O/PW6Bhcs++74yObPNn33fGRTX5z0KOckoOdmfOzHj1n239oPIuLqaOZ0TG4ph+nyU+T0TG45j57yc/I5qBHK0r2Lx37Hj0X3SVqdAyu2fcX087o0LeJbA56VA==",
  "3/pZamJw68mO5w2n5GJ3NJ03MbgePZ/ScZNlFy5cYDG4+bFvWZyNMwFeUKN922wm35Fdm873aA==",
  "LrAY3PzYtyzOxpkAL6jRMbjmbEq2Pd/5aSKbgx7t/Hxux56Sbdv5Hr395sMnj762+uFbq+9dPXn+ndWPHmeH8zilZCPOOpt69HAep5T0Z96mSZwObPI9KiCKdc7XhdznaLhqgD9D1QCU7E3+3PcoZw==",
  "vkVtSrY93/lpmtPmG988Q51Nljbfog==",
  "VY7LCsIwFET3fkW4e5PUhUhpUhARCrqyrqU06QOa3NBUE/9eakHpcoY5h8nyaAby0qPv0QpIKAeibY2qt62Ae3neHiCXmwwbld761lbTc9SeRDNYn2KjBHTT5FLGQggUG+WdrimOLdvxZA/yy12rOKOFkp7zJGPrbq0mxUnAPANSvp0WMJNAjpXXF6yX+ODsd4VGMwCTi/R/UH4A",
  "sv7mYHM6SSTbncV2zycSJlM38/O4mLWejPx4Ml3jgrhJm8jIjyfTtZEfT6ZtZ4/Xsv7mYO/SPPlucxoi0Tob+vFknmaXyJ+cdXHk/5RkOzPnZ5PpmPzJ/f29PyXZ3uL4+Mh3fpoIjCHOh7Wsv2WPt23nSXbWxZFf33R+mibp0vr9/T3ifFjL+lv2eP/SsSeCOB/WOBn58WTaRufnx7b1Mzsd+zUNAIboEEIwa37q2uj8/Ni2fmanY78=",
  "sg3bejKIa3+PgEFUuSxkQUBA1sEgqlwWsiAgqlZMlKogbbcG",
];

/** The octets in front of every text of recipes of version 2. */
export const USUAL: Buffer = Buffer.concat([
  ...DER.map((octets) => Buffer.from(octets, "hex")),
  ...DEFLATED.map((octets) => Buffer.from(octets, "base64")),
  Buffer.from(TEXTS.join(""), "latin1"),
]);
