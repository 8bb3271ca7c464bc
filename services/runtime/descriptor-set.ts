import type { DescFile, DescMethod } from "@bufbuild/protobuf";

/** The files that methods are declared in, and all that these import, imports first. */
export function filesOf(methods: readonly DescMethod[]): DescFile[] {
  const files = new Set<DescFile>();
  const collect = (file: DescFile) => {
    if (files.has(file)) return;
    for (const dependency of file.dependencies) collect(dependency);
    files.add(file);
  };
  for (const { parent } of methods) collect(parent.file);
  return [...files];
}
