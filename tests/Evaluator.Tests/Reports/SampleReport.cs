using System;
using System.Buffers;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Reports.Wire;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>Reports that tests write: from JSON with apostrophes for quotes, or with all that an average device sends.</summary>
internal static class SampleReport
{
    public static byte[] Json(string text) => Encoding.UTF8.GetBytes(text.Replace('\'', '"'));

    /// <summary>The same document in CBOR, lengths definite, numbers in their shortest form.</summary>
    public static byte[] Cbor(string text)
    {
        using JsonDocument document = JsonDocument.Parse(Json(text));
        var output = new ArrayBufferWriter<byte>();
        Write(document.RootElement, new CborDocumentWriter(output), output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>10 ports, 20 connections, all counters, one custom metric of each kind; of the corpus's definitions.</summary>
    public static string Full()
    {
        string ports = string.Join(',', Enumerable.Range(0, 10).Select(i => $"{{'port':{20 + i * 443},'interface':'eth{i % 2}'}}"));
        string connections = string.Join(',', Enumerable.Range(0, 20).Select(i =>
            $"{{'remote_addr':'203.0.113.{i}:{8883 - i}','local_port':{40000 + i},'local_interface':'eth0'}}"));
        return "{'header':{'report_id':1700000300,'version':'1.0'},'metrics':{"
            + $"'listening_tcp_ports':{{'ports':[{ports}],'total':10}},'listening_udp_ports':{{'ports':[],'total':0}},"
            + "'network_stats':{'bytes_in':29358693,'bytes_out':26485035,'packets_in':10012,'packets_out':11210},"
            + $"'tcp_connections':{{'established_connections':{{'connections':[{connections}],'total':20}}}}}},"
            + "'custom_metrics':{'rssi':[{'number':-60.5,'unit':'dBm'}],'latencies':[{'number_list':[1,2.5,-3]}],"
            + "'services':[{'string_list':['sshd','a/b.c']}],'peers':[{'ip_list':['192.0.2.1','2001:db8::1']}],'nope':[{'number':1}]}}";
    }

    private static void Write(JsonElement value, CborDocumentWriter writer, IBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.BeginObject(value.EnumerateObject().Count());
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    writer.Text(Encoding.UTF8.GetBytes(member.Name));
                    Write(member.Value, writer, output);
                }

                break;
            case JsonValueKind.Array:
                writer.BeginList(value.GetArrayLength());
                foreach (JsonElement item in value.EnumerateArray())
                    Write(item, writer, output);
                break;
            case JsonValueKind.String:
                writer.Text(Encoding.UTF8.GetBytes(value.GetString()!));
                break;
            case JsonValueKind.Number when value.TryGetInt64(out long whole):
                writer.Integer(whole);
                break;
            case JsonValueKind.Number:
                byte[] bits = BitConverter.GetBytes(value.GetDouble());
                Array.Reverse(bits);
                output.Write<byte>([0xFB, .. bits]);
                break;
            default:
                output.Write<byte>([value.ValueKind switch { JsonValueKind.False => 0xF4, JsonValueKind.True => 0xF5, _ => 0xF6 }]);
                break;
        }
    }
}
