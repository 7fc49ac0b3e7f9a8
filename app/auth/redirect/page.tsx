import { RedirectBridge } from "@/components/auth/redirect-bridge";

export default function RedirectPage() {
  return <RedirectBridge />;
}
