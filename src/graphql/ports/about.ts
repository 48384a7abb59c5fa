export interface AboutPort {
  version: string;
  instanceName: string | null;
}
