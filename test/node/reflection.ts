import { create, createFileRegistry, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { ChannelCredentials, loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** What a client of reflection without our types sees. */
// biome-ignore lint/suspicious/noExplicitAny: what proto-loader makes has no types
type Loose = any;

const CONTRACT = "node_modules/@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto";

/** A client of server reflection (v1) as `grpcurl` has one: one question, one answer. */
export function openReflection(address: string, { ca, key, cert }: { ca: Buffer; key: Buffer; cert: Buffer }) {
  const loaded: Loose = loadPackageDefinition(loadSync(CONTRACT));
  const client = new loaded.grpc.reflection.v1.ServerReflection(address, ChannelCredentials.createSsl(ca, key, cert));
  const ask = (question: object): Promise<Loose> =>
    new Promise((resolve, reject) => {
      const stream = client.serverReflectionInfo();
      stream.once("data", resolve);
      stream.once("error", reject);
      stream.write(question);
      stream.end();
    });
  return {
    services: async (): Promise<string[]> =>
      (await ask({ listServices: "*" })).listServicesResponse.service.map(({ name }: { name: string }) => name),
    /** The file that declares a symbol and all that it imports, asked for by name as tools do; throws where one is missing. */
    async registry(symbol: string): Promise<FileRegistry> {
      const known = new Map<string, FileDescriptorProto>();
      const load = async (question: object): Promise<FileDescriptorProto> => {
        const { fileDescriptorResponse, errorResponse } = await ask(question);
        if (!fileDescriptorResponse) throw new Error(`${JSON.stringify(question)}: ${errorResponse?.errorMessage}`);
        const files = fileDescriptorResponse.fileDescriptorProto.map((bytes: Buffer) =>
          fromBinary(FileDescriptorProtoSchema, bytes),
        );
        for (const file of files) known.set(file.name, file);
        return files[0];
      };
      const ordered = new Set<FileDescriptorProto>();
      const add = async (file: FileDescriptorProto) => {
        for (const name of file.dependency) await add(known.get(name) ?? (await load({ fileByFilename: name })));
        ordered.add(file);
      };
      await add(await load({ fileContainingSymbol: symbol }));
      return createFileRegistry(create(FileDescriptorSetSchema, { file: [...ordered] }));
    },
    close: () => client.close(),
  };
}
