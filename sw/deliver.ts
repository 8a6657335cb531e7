import type { StoreConfiguration } from "../src/service-worker/protocol.js"
import { askPages } from "./ask-pages.js"
import type { Delivery } from "./delivery.js"
import { fetchContent } from "./remote-content.js"

const underWay = new Map<string, Promise<Delivery>>()

/** Asks the pages, then the remote. However many want the same content, it is asked for and fetched once. */
export const deliver = (configuration: StoreConfiguration, contentHash: string): Promise<Delivery> => {
  const key = `${configuration.storeFolder}/${contentHash}`
  let delivery = underWay.get(key)
  if (!delivery) {
    delivery = start(configuration, contentHash)
    underWay.set(key, delivery)
    const forget = () => underWay.delete(key)
    delivery.then(({ finished }) => finished).then(forget, forget)
  }
  return delivery
}

const start = async (configuration: StoreConfiguration, contentHash: string): Promise<Delivery> =>
  (await askPages(configuration, contentHash)) ?? fetchContent(configuration, contentHash)
